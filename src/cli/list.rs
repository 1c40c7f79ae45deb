//! `moonshutter list`

use clap::Args;

use super::{Context, exit};
use crate::connect;
use crate::error::Result;

#[derive(Args)]
pub(super) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub fn run(self, _context: &Context) -> Result<u8> {
        let cameras = connect::list();
        if self.json {
            let list: Vec<_> = cameras
                .iter()
                .map(|camera| serde_json::json!({"spec": camera.spec.to_string(), "description": camera.description}))
                .collect();
            exit::print(format!("{:#}\n", serde_json::Value::from(list)))?;
        } else {
            let width = cameras.iter().map(|camera| camera.spec.to_string().len()).max().unwrap_or(0);
            let line =
                |camera: &connect::Candidate| format!("{:width$}  {}\n", camera.spec.to_string(), camera.description);
            exit::print(cameras.iter().map(line).collect::<String>())?;
            exit::say("a camera with Wi-Fi is not found by looking; it is named with -c ip:ADDRESS");
        }
        Ok(exit::DONE)
    }
}
