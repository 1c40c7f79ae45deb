//! `moonshutter exec`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::lint::gate;
use super::{Context, exit, show};
use crate::camera::{ExecOptions, Options, Payload, Script, WaitOptions};
use crate::error::{Error, ErrorKind, Result};

/// Messages are shown as they come, return values at the end, one on a line each. What the script prints stays on the
/// camera's own screen: CHDK does not send it.
#[derive(Args)]
pub(super) struct Exec {
    /// Lua for the camera
    #[arg(required_unless_present = "file", conflicts_with = "file")]
    code: Option<String>,

    /// Read the code from a file (-: standard input)
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Print one JSON object: messages, returns, and the error if there was one
    #[arg(long)]
    json: bool,

    /// Send the code as it is, whatever is wrong with it
    #[arg(long)]
    no_lint: bool,

    /// End a script that runs on the camera, instead of refusing to start
    #[arg(long)]
    replace: bool,
}

impl Exec {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut messages = Vec::new();
        let result = self.execute(context, &mut messages);
        if !self.json {
            exit::print(lines(&result?))?;
            return Ok(exit::DONE);
        }
        let mut report = json!({"messages": messages});
        match &result {
            Ok(returns) => report["returns"] = returns.iter().map(show::json).collect::<Vec<_>>().into(),
            Err(error) => report["error"] = describe(error),
        }
        exit::print(show::json_text(&report))?;
        result.map(|_| exit::DONE)
    }

    fn execute(&self, context: &Context, messages: &mut Vec<serde_json::Value>) -> Result<Vec<Payload>> {
        let script = self.script(context)?;
        let check = if self.no_lint { None } else { Some(gate(self.file.as_deref())?) };
        let mut camera = context.connect(&Options { check, ..context.options() })?;
        let options = ExecOptions { replace: self.replace, ..ExecOptions::default() };
        let wait = WaitOptions { timeout: context.global.timeout, ..WaitOptions::default() };
        camera.execwait(&script, &options, &wait, &mut |_, message| {
            if self.json {
                messages.push(show::json(&message));
                return Ok(());
            }
            let mut line = b"message: ".to_vec();
            line.extend(show::text(&message));
            line.push(b'\n');
            exit::print(line)
        })
    }

    fn script(&self, context: &Context) -> Result<Script> {
        match (&self.code, &self.file) {
            (Some(code), _) => Ok(Script::new("exec", code.as_bytes())),
            (None, Some(file)) if file.as_os_str() == "-" => {
                let source = super::read_stdin(&context.interrupt)?;
                Ok(Script::new("stdin", source))
            }
            (None, Some(file)) => Script::from_file(file),
            (None, None) => Err(Error::new(ErrorKind::BadArgument, "there is no code to run")),
        }
    }
}

fn lines(returns: &[Payload]) -> Vec<u8> {
    returns.iter().flat_map(|value| show::text(value).into_iter().chain([b'\n'])).collect()
}

fn describe(error: &Error) -> serde_json::Value {
    let mut value = json!({"kind": format!("{:?}", error.kind()), "message": error.to_string()});
    if let Some(position) = error.position() {
        value["file"] = json!(position.file);
        value["line"] = json!(position.line);
    }
    if let Some(code) = error.response() {
        value["ptp_rc"] = json!(code);
    }
    value
}
