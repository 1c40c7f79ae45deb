//! `moonshutter list`

use std::ops::ControlFlow;

use clap::Args;
use serde_json::{Value, json};

use super::{Context, exit, show};
use crate::connect::{self, Candidate};
use crate::error::{Error, ErrorKind, Result};

const NAMES: &str = "Cameras of your own get names for -c in a file: moonshutter/config.toml where your system keeps such files \
                     (~/.config on Linux and macOS, %APPDATA% on Windows), or the one that MOONSHUTTER_CONFIG names. Under \
                     [cameras] stands a line for each, as in left = \"SERIAL NUMBER\".";

#[derive(Args)]
#[command(after_help = NAMES)]
pub(super) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Go on until Ctrl-C, with a line for each camera that comes to USB (+) or leaves it (-)
    #[arg(long)]
    watch: bool,
}

impl List {
    pub fn run(self, context: &Context) -> Result<u8> {
        if self.watch {
            return self.watch(context);
        }
        let cameras = connect::list()?;
        if self.json {
            exit::print(show::json_text(&Value::from_iter(cameras.iter().map(as_json))))?;
        } else {
            let width = cameras.iter().map(|camera| camera.spec.to_string().len()).max().unwrap_or(0);
            let line = |camera: &Candidate| format!("{:width$}  {}\n", camera.spec.to_string(), as_text(camera));
            exit::print(exit::harmless(&cameras.iter().map(line).collect::<String>()))?;
            exit::say("a camera with Wi-Fi is not found by looking; it is named with -c ip:ADDRESS");
        }
        Ok(exit::DONE)
    }

    fn watch(&self, context: &Context) -> Result<u8> {
        connect::watch(&context.interrupt, |here, camera| {
            if self.json {
                let mut value = as_json(&camera);
                value["here"] = json!(here);
                exit::print(show::json_line(&value))?;
            } else {
                let sign = if here { '+' } else { '-' };
                exit::print(exit::harmless(&format!("{sign} {}  {}\n", camera.spec, as_text(&camera))))?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Err(Error::new(ErrorKind::Interrupted, "no longer watching"))
    }
}

fn as_json(camera: &Candidate) -> Value {
    json!({
        "spec": camera.spec.to_string(),
        "description": camera.description,
        "alias": camera.alias,
        "serial": camera.serial,
        "used_by": camera.used_by,
    })
}

fn as_text(camera: &Candidate) -> String {
    let alias = camera.alias.iter().map(|alias| format!("{alias}: ")).collect::<String>();
    let users: Vec<_> = camera.used_by.iter().map(ToString::to_string).collect();
    let used = if users.is_empty() { String::new() } else { format!(", in use by {}", users.join(", ")) };
    format!("{alias}{}{used}", camera.description)
}
