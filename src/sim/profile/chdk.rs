//! A build of CHDK: its version, and what follows from its date.

use std::collections::HashSet;
use std::fmt;

use jiff::civil::{Date, date};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::api;

/// A version of CHDK.
///
/// Much of what differs between builds came without a new protocol version (CHDK's git log); it follows from
/// `build_date`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chdk {
    /// Version of its PTP extension, 2.0 to 2.9.
    pub protocol: (u16, u16),
    /// As in `get_buildinfo().build_number`.
    pub version: String,
    /// As in `get_buildinfo().build_revision`.
    pub revision: String,
    /// As in `get_buildinfo().build_date`, in C's words: `May 18 2023`.
    pub build_date: String,
    /// As in `get_buildinfo().build_time`.
    pub build_time: String,
}

impl Default for Chdk {
    fn default() -> Self {
        Self {
            protocol: (2, 9),
            version: "1.7.0".to_owned(),
            revision: "6234".to_owned(),
            build_date: "May 18 2023".to_owned(),
            build_time: "12:00:00".to_owned(),
        }
    }
}

/// Protocol versions, the day before the next one came (core/ptp.h:13-28 and CHDK's git log), and what CHDK was called
/// then.
const BUILDS: &[((u16, u16), &str, &str)] = &[
    ((2, 0), "Sep 10 2011", "0.9.9"),
    ((2, 1), "Mar 10 2012", "1.1.0"),
    ((2, 2), "Sep 1 2012", "1.1.0"),
    ((2, 3), "Oct 12 2012", "1.1.0"),
    ((2, 4), "Jul 4 2013", "1.2.0"),
    ((2, 5), "Dec 7 2013", "1.3.0"),
    ((2, 6), "Sep 5 2016", "1.4.1"),
    ((2, 7), "Apr 23 2017", "1.5.0"),
    ((2, 8), "Aug 23 2020", "1.5.1"),
];

/// Functions that returned 1 and 0 before 1.4.
pub(crate) const NUMBERS_BEFORE_1_4: &[&str] =
    &["get_raw", "get_video_button", "get_focus_ok", "save_config_file", "load_config_file", "set_mf"];

impl Chdk {
    /// The last build with this version of the PTP extension.
    pub(super) fn with_protocol(mut self, major: u16, minor: u16) -> Self {
        self.protocol = (major, minor);
        if let Some((_, day, version)) = BUILDS.iter().find(|(protocol, ..)| *protocol == self.protocol) {
            (self.build_date, self.version) = ((*day).to_owned(), (*version).to_owned());
        }
        self
    }

    /// The day it was built; today's CHDK if the words do not say.
    pub fn date(&self) -> Date {
        parse_date(&self.build_date).unwrap_or(Date::MAX)
    }

    /// Whether `get_buildinfo` tells the processor (since March 2020).
    pub fn tells_digic(&self) -> bool {
        self.date() >= date(2020, 3, 1)
    }

    /// Its Lua has the `coroutine` library: until 2021-01-03 (CHDK lib/lua/lbaselib.c:515).
    pub fn has_coroutine(&self) -> bool {
        self.date() < date(2021, 1, 3)
    }

    /// It puts a NUL behind a script that came without one: since 2022-02-21 (git 3a1c21416).
    pub fn ends_scripts(&self) -> bool {
        self.date() >= date(2022, 2, 21)
    }

    /// The start of a PTP script forgets the click before it: since 2022-01-27 (CHDK's git log, core/ptp.c:419-422).
    pub fn clears_keys(&self) -> bool {
        self.date() >= date(2022, 1, 27)
    }

    /// `set_yield` takes -1 for always and not for never: from r5645 to 2021-01-03 (git 520b79f8e). Decided: a revision
    /// counts for builds of protocol 2.9 only, from 2020-08-24 on; r5645 was one of them.
    pub fn yields_below_zero(&self) -> bool {
        let revision = self.revision.parse::<u32>().unwrap_or(0);
        revision >= 5645 && self.date() >= date(2020, 8, 24) && self.date() < date(2021, 1, 3)
    }

    /// What is a boolean now was a number before 1.4 (see [`NUMBERS_BEFORE_1_4`]).
    pub(crate) fn has_booleans(&self) -> bool {
        let mut numbers = self.version.split('.').map(|number| number.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (1, 4)
    }

    /// What scripts do not find in this build: names of the API that came later, and tables all of whose names did.
    pub fn missing(&self) -> Vec<&'static str> {
        let today = self.date().to_string();
        let table = |entry: &api::Entry| entry.name.split_once('.').map(|(table, _)| table);
        let (later, there): (Vec<_>, Vec<_>) = api::entries()
            // What modules add comes with the modules.
            .filter(|entry| entry.category != "lualib")
            .partition(|entry| entry.since().is_some_and(|since| since > today.as_str()));
        let tables: HashSet<_> = there.iter().filter_map(table).collect();
        let mut missing: Vec<_> = later
            .iter()
            // Methods and metamethods go with their tables.
            .filter(|entry| !entry.name.contains([':', ' ']))
            .map(|entry| table(entry).filter(|table| !tables.contains(table)).unwrap_or(entry.name))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }
}

/// `__DATE__` as a C compiler writes it.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    Date::strptime("%b %d %Y", text).ok()
}

/// `[chdk]`, or `chdk = false`.
pub(super) fn or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Chdk>, D::Error> {
    struct OrNone;
    impl<'de> Visitor<'de> for OrNone {
        type Value = Option<Chdk>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table, or false for a camera without CHDK")
        }

        fn visit_bool<E: serde::de::Error>(self, with: bool) -> Result<Self::Value, E> {
            Ok(with.then(Chdk::default))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            Chdk::deserialize(MapAccessDeserializer::new(map)).map(Some)
        }
    }
    deserializer.deserialize_any(OrNone)
}
