//! What a file is: how a script gets to run, if nobody says so.

use std::path::Path;

use super::options::Start;
use super::source::Source;

/// How a camera script gets to run. What lies in a folder LUALIB is a module.
pub fn start(path: Option<&Path>, _source: &Source) -> Start {
    let library = path.into_iter().flat_map(Path::ancestors).skip(1);
    let mut names = library.filter_map(Path::file_name);
    if names.any(|name| name.eq_ignore_ascii_case("LUALIB")) { Start::Library } else { Start::Menu }
}
