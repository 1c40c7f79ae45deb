use crate::lint::tree::{BinaryOp, Expr, ExprId};
use crate::lint::{Finding, Rule, RuleInfo, Script, Severity};

static INFO: RuleInfo = rule_info!("file-path", Some(Severity::Warning), "a path that does not begin with A/");

/// Constant paths, or constant beginnings of paths, that the camera's firmware refuses.
pub(super) struct FilePath;

const ONE_PATH: &[&str] = &[
    "io.open",
    "io.lines",
    "io.input",
    "io.output",
    "loadfile",
    "dofile",
    "os.remove",
    "os.mkdir",
    "os.listdir",
    "os.idir",
    "os.utime",
    "set_raw_develop",
    "raw_merge_add_file",
    "set_file_attributes",
];

impl Rule for FilePath {
    fn info(&self) -> &'static RuleInfo {
        &INFO
    }

    fn check(&self, script: &Script<'_>, findings: &mut Vec<Finding>) {
        let tree = script.tree;
        for call in &script.facts.calls {
            let paths = match call.name.entry.name {
                name if ONE_PATH.contains(&name) => 1,
                "os.rename" => 2,
                "os.stat" => 1,
                _ => continue,
            };
            let either = call.name.entry.name == "os.stat";
            for &arg in tree.list(call.args).iter().take(paths) {
                let start = leftmost(script, arg);
                let Some(path) = tree.as_string(start).filter(|path| !path.is_empty()) else { continue };
                let whole = start == script.facts.behind_locals(tree, arg);
                let good = path.starts_with(b"A/") || (path == b"A" && (whole || path.len() == 1));
                if good || (either && path.starts_with(b"a/")) {
                    continue;
                }
                let message =
                    format!("\"{}\" is no path on the camera: paths begin with A/", String::from_utf8_lossy(path));
                let finding = Finding::new(INFO.id, Severity::Warning, script.id, tree.span(start), message);
                findings.push(match path.to_ascii_lowercase().starts_with(b"a/") || path.starts_with(b"a\\") {
                    true => finding.help("The A is a capital one, and the stroke goes forward."),
                    false => finding
                        .help("A/ is the card. There is no current folder: A/CHDK/SCRIPTS/ is where scripts are."),
                });
            }
        }
    }
}

/// The first part of a concatenation.
fn leftmost(script: &Script<'_>, expr: ExprId) -> ExprId {
    let mut expr = script.facts.behind_locals(script.tree, expr);
    while let Expr::Binary { op: BinaryOp::Concat, left, .. } = script.tree.expr(expr) {
        expr = script.facts.behind_locals(script.tree, left);
    }
    expr
}
