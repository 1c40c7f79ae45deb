//! Programs with something wrong in them: lines that are gone, doubled or elsewhere, names that stand for others. Most of
//! what they call is there nonetheless, and what fails before a boundary is as much to be known as what hits one.

use crate::program::Program;
use crate::rng::Rng;

/// A program with some changes, which may not compile.
pub fn mutant(program: &Program, seed: u64) -> Program {
    let mut rng = Rng::new(seed ^ 0x5eed);
    let mut lines: Vec<_> = program.main.lines().map(str::to_owned).collect();
    for _ in 0..=rng.below(3) {
        if lines.is_empty() {
            break;
        }
        let at = rng.below(lines.len());
        match rng.below(6) {
            0 => drop(lines.remove(at)),
            1 => {
                let line = lines[at].clone();
                let to = rng.below(lines.len() + 1);
                lines.insert(to, line);
            }
            2 => {
                let line = lines.remove(at);
                let to = rng.below(lines.len() + 1);
                lines.insert(to, line);
            }
            3 => {
                let other = rng.below(lines.len());
                lines.swap(at, other);
            }
            _ => exchange_a_name(&mut lines, at, &mut rng),
        }
    }
    Program { main: lines.iter().map(|line| format!("{line}\n")).collect(), ..program.clone() }
}

/// Puts a name of the program's where another one stood.
fn exchange_a_name(lines: &mut [String], at: usize, rng: &mut Rng) {
    let names: Vec<String> = lines.iter().flat_map(|line| names(line)).map(|(_, name)| name.to_owned()).collect();
    let here: Vec<(usize, String)> = names_of(&lines[at]);
    if names.is_empty() || here.is_empty() {
        return;
    }
    let (start, old) = rng.pick(&here).clone();
    let new = rng.pick(&names);
    lines[at].replace_range(start..start + old.len(), new);
}

fn names_of(line: &str) -> Vec<(usize, String)> {
    names(line).map(|(start, name)| (start, name.to_owned())).collect()
}

/// Names in a line, keywords apart, and where they stand.
fn names(line: &str) -> impl Iterator<Item = (usize, &str)> {
    const KEYWORDS: &str = " and break do else elseif end false for function if in local nil not or repeat return then true \
                            until while ";
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + line[at..].find(word)?;
        at = start + line[start..].find(|c| !word(c)).unwrap_or(line.len() - start);
        Some((start, &line[start..at]))
    })
    .filter(|(_, name)| !name.starts_with(|c: char| c.is_ascii_digit()) && !KEYWORDS.contains(&format!(" {name} ")))
}
