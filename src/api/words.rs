//! What the tables say of arguments and return values, taken apart.

use super::signature::split;

/// An argument as its table describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its name; `...` for any number of others.
    pub name: &'static str,
    /// Its types, with bars between them, in the table's words; empty where it says nothing.
    pub types: &'static str,
    /// Whether it may be left out.
    pub optional: bool,
    /// What holds if it is left out.
    pub default: Option<&'static str>,
    /// What the table says besides: which numbers mean what.
    pub remark: &'static str,
}

/// Takes `code:string, [options:table], [n:int=1], ...:any` apart.
pub fn arguments(words: &'static str) -> Vec<Argument> {
    split(words).filter(|word| !matches!(*word, "" | "-")).map(argument).collect()
}

fn argument(word: &'static str) -> Argument {
    let inner = word.strip_prefix('[').and_then(|word| word.strip_suffix(']'));
    let optional = inner.is_some();
    let word = inner.unwrap_or(word);
    let (name, rest) = word.split_once(':').unwrap_or((word, ""));
    let (types, remark) = rest.split_once(' ').unwrap_or((rest, ""));
    // "name=value" stands where there is no type, "name:type=value" where there is one.
    let (name, early) = halves(name);
    let (types, late) = if types.contains(['{', '(']) { (types, None) } else { halves(types) };
    let default = late.or(early);
    let many = name.len() > 3 && name.ends_with("...");
    Argument { name: if many { "..." } else { name }, types, optional, default, remark }
}

fn halves(word: &'static str) -> (&'static str, Option<&'static str>) {
    match word.split_once('=') {
        Some((word, default)) => (word, Some(default)),
        None => (word, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_taken_apart() {
        let shown = |words| {
            let show = |a: &Argument| {
                format!("{}{}:{}={}", a.name, if a.optional { "?" } else { "" }, a.types, a.default.unwrap_or("-"))
            };
            arguments(words).iter().map(show).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown("-"), "");
        assert_eq!(shown("code:string, [options:table]"), "code:string=- options?:table=-");
        assert_eq!(shown("[cols=6],[c1=0]"), "cols?:=6 c1?:=0");
        assert_eq!(shown("[form:string=\"string\"], ...:any"), "form?:string=\"string\" ...:any=-");
        assert_eq!(shown("id:int, value..."), "id:int=- ...:=-");
        assert_eq!(arguments("mode:int 0 auto 1 off 2 on")[0].remark, "0 auto 1 off 2 on");
    }
}
