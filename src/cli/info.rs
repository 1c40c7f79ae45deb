//! `moonshutter info`

use clap::Args;
use serde_json::json;

use super::{Context, exit};
use crate::camera::{Camera, Status};
use crate::error::Result;

#[derive(Args)]
pub(super) struct Info {
    /// Print JSON, with everything that the camera says of itself
    #[arg(long)]
    json: bool,
}

impl Info {
    pub fn run(self, context: &Context) -> Result<u8> {
        let mut camera = context.connect(&context.options())?;
        let status = match camera.info().chdk {
            Some(_) => Some(camera.script_status()?),
            None => None,
        };
        let reason = camera.chdk().err().map(|error| error.message().to_owned());
        let text = if self.json {
            as_json(&camera, status, reason)
        } else {
            exit::harmless(&as_text(&camera, status, reason))
        };
        camera.disconnect()?;
        exit::print(text)?;
        Ok(exit::DONE)
    }
}

fn as_json(camera: &Camera, status: Option<Status>, reason: Option<String>) -> String {
    let mut value = json!(camera.info());
    value["chdk"] = json!(camera.info().chdk.map(|version| version.to_string()));
    value["no_chdk"] = json!(reason);
    value["script_running"] = json!(status.map(|status| status.running));
    value["messages_waiting"] = json!(status.map(|status| status.messages));
    value["device_info"] = json!(camera.device_info());
    format!("{value:#}\n")
}

fn as_text(camera: &Camera, status: Option<Status>, reason: Option<String>) -> String {
    let info = camera.info();
    let yes = |yes| if yes { "yes" } else { "no" };
    let chdk = match (info.chdk, reason) {
        (Some(version), _) => format!("PTP protocol {version}"),
        (None, reason) => format!("no: {}", reason.unwrap_or_default()),
    };
    let mut rows = vec![
        ("camera", info.model.clone()),
        ("manufacturer", info.manufacturer.clone()),
        ("serial number", info.serial_number.clone()),
        ("device version", info.device_version.clone()),
        ("location", info.location.clone()),
        ("CHDK", chdk),
    ];
    if let Some(status) = status {
        rows.push(("script running", yes(status.running).to_owned()));
        rows.push(("messages waiting", yes(status.messages).to_owned()));
    }
    rows.iter().map(|(name, value)| format!("{name:<17} {value}\n")).collect()
}
