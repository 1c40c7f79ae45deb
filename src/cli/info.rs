//! `moonshutter info`

use clap::Args;
use serde_json::json;

use super::{Context, exit, show};
use crate::camera::{Camera, Condition, Status};
use crate::error::{ErrorKind, Result};

use super::power;

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
        let condition = match status {
            None => None,
            Some(Status { running: true, .. }) => Some(Err("a script runs on the camera".to_owned())),
            Some(_) => Some(match camera.condition() {
                Ok(condition) => Ok(condition),
                // Somebody started one just now, or the script engine hangs: the rest is known all the same.
                Err(error)
                    if matches!(error.kind(), ErrorKind::ScriptRunning | ErrorKind::Timeout)
                        && camera.is_connected() =>
                {
                    Err(error.message().to_owned())
                }
                Err(error) => return Err(error),
            }),
        };
        let about = About { camera: &camera, status, reason, condition };
        let text = if self.json { about.as_json() } else { exit::harmless(&about.as_text()) };
        camera.disconnect()?;
        exit::print(text)?;
        Ok(exit::DONE)
    }
}

struct About<'a> {
    camera: &'a Camera,
    status: Option<Status>,
    /// Why there is no CHDK.
    reason: Option<String>,
    /// How it is, or why it could not be asked.
    condition: Option<std::result::Result<Condition, String>>,
}

impl About<'_> {
    fn as_json(&self) -> String {
        let camera = self.camera;
        let mut value = json!(camera.info());
        value["chdk"] = json!(camera.info().chdk.map(|version| version.to_string()));
        value["no_chdk"] = json!(self.reason);
        value["script_running"] = json!(self.status.map(|status| status.running));
        value["messages_waiting"] = json!(self.status.map(|status| status.messages));
        value["condition"] = json!(self.condition.as_ref().and_then(|condition| condition.as_ref().ok()));
        value["no_condition"] = json!(self.condition.as_ref().and_then(|condition| condition.as_ref().err()));
        value["device_info"] = json!(camera.device_info());
        show::json_text(&value)
    }

    fn as_text(&self) -> String {
        let info = self.camera.info();
        let yes = |yes| if yes { "yes" } else { "no" };
        let chdk = match (info.chdk, &self.reason) {
            (Some(version), _) => format!("PTP protocol {version}"),
            (None, reason) => format!("no: {}", reason.as_deref().unwrap_or_default()),
        };
        let mut rows = vec![
            ("camera", info.model.clone()),
            ("manufacturer", info.manufacturer.clone()),
            ("serial number", info.serial_number.clone()),
            ("device version", info.device_version.clone()),
            ("location", info.location.clone()),
            ("CHDK", chdk),
        ];
        if let Some(status) = self.status {
            rows.push(("script running", yes(status.running).to_owned()));
            rows.push(("messages waiting", yes(status.messages).to_owned()));
        }
        match &self.condition {
            None => {}
            Some(Ok(condition)) => rows.extend(condition_rows(condition)),
            Some(Err(reason)) => rows.push(("more", format!("cannot be asked now: {reason}"))),
        }
        rows.iter().map(|(name, value)| format!("{name:<17} {value}\n")).collect()
    }
}

fn condition_rows(condition: &Condition) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if let Some(build) = &condition.build {
        let what = [&build.version, &build.build_number, &build.build_revision];
        let what: Vec<_> = what.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
        rows.push(("build", format!("{} for {} {}", what.join(" "), build.platform, build.platsub)));
        rows.push(("built", format!("{} {}", build.build_date, build.build_time)));
    }
    rows.push(("mode", power::name(condition).to_owned()));
    if let Some(millivolts) = condition.battery_mv {
        rows.push(("battery", format!("{:.2} V", f64::from(millivolts) / 1000.0)));
    }
    let warm = [
        ("optics", condition.optics_celsius),
        ("sensor", condition.sensor_celsius),
        ("battery", condition.battery_celsius),
    ];
    let warm: Vec<_> = warm.iter().filter_map(|(name, degrees)| Some(format!("{name} {} °C", (*degrees)?))).collect();
    if !warm.is_empty() {
        rows.push(("temperature", warm.join(", ")));
    }
    if let (Some(free), Some(size)) = (condition.card_free, condition.card_size) {
        let shots = condition.shots_left.map(|shots| format!(", {shots} shots left")).unwrap_or_default();
        rows.push(("card", format!("{} free of {}{shots}", gigabytes(free), gigabytes(size))));
    }
    if let Some(folder) = &condition.image_folder {
        rows.push(("next picture in", folder.clone()));
    }
    if let Some(propset) = condition.propset {
        rows.push(("property set", propset.to_string()));
    }
    rows
}

/// As card makers count.
fn gigabytes(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        format!("{:.1} MB", bytes as f64 / 1e6)
    } else {
        format!("{:.1} GB", bytes as f64 / 1e9)
    }
}
