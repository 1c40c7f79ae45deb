//! Conversions between APEX values and what people read; see the world's [`apex`] for how they round.

use super::{Answer, ScriptHost, Table, int};
use crate::sim::lib::args::Args;
use crate::sim::world::{World, apex};

pub(super) const FUNCTIONS: Table = &[
    ("iso_to_sv96", |_, args| convert(args, apex::iso_to_sv96)),
    ("sv96_to_iso", |_, args| convert(args, apex::sv96_to_iso)),
    ("iso_real_to_market", |host, args| convert(args, |iso| World::iso_by_offset(iso, offset(host)))),
    ("iso_market_to_real", |host, args| convert(args, |iso| World::iso_by_offset(iso, -offset(host)))),
    ("sv96_real_to_market", |host, args| convert(args, |sv96| sv96.saturating_add(offset(host)))),
    ("sv96_market_to_real", |host, args| convert(args, |sv96| sv96.saturating_sub(offset(host)))),
    ("aperture_to_av96", |_, args| convert(args, apex::aperture_to_av96)),
    ("av96_to_aperture", |_, args| convert(args, apex::av96_to_aperture)),
    ("usec_to_tv96", |_, args| convert(args, apex::usec_to_tv96)),
    ("tv96_to_usec", |_, args| convert(args, apex::tv96_to_usec)),
    ("seconds_to_tv96", |_, args| int(apex::seconds_to_tv96(args.int(1)?, args.int(2)?))),
];

fn convert(args: Args, to: impl Fn(i32) -> i32) -> Answer {
    int(to(args.int(1)?))
}

fn offset(host: &ScriptHost) -> i32 {
    host.engine.profile.body.exposure.market_offset
}
