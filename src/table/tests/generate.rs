//! Values of every shape.

use proptest::prelude::*;

use crate::table::{Builder, Document, Part, TableId};

/// A value of a graph that is to be built.
#[derive(Debug, Clone)]
enum Leaf {
    Boolean(bool),
    Integer(i32),
    Bytes(Vec<u8>),
    /// One of the tables, counted round.
    Table(usize),
}

/// Which tables there are and what is put into them, one after another.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    tables: usize,
    entries: Vec<(usize, Leaf, Leaf)>,
    root: Leaf,
}

fn scalar() -> impl Strategy<Value = Leaf> {
    prop_oneof![
        any::<bool>().prop_map(Leaf::Boolean),
        any::<i32>().prop_map(Leaf::Integer),
        proptest::sample::select(vec![0, -1, i32::MIN, i32::MIN + 1, i32::MAX]).prop_map(Leaf::Integer),
        proptest::collection::vec(any::<u8>(), 0..12).prop_map(Leaf::Bytes),
        "[a-z_]{1,3}|end|goto|nil|until".prop_map(|s: String| Leaf::Bytes(s.into_bytes())),
    ]
}

fn leaf() -> impl Strategy<Value = Leaf> {
    prop_oneof![3 => scalar(), 2 => any::<usize>().prop_map(Leaf::Table)]
}

fn key() -> impl Strategy<Value = Leaf> {
    prop_oneof![6 => (-1..9).prop_map(Leaf::Integer), 5 => scalar(), 1 => any::<usize>().prop_map(Leaf::Table)]
}

/// Graphs of up to twelve tables, most of them shared or in cycles, some as keys.
pub(crate) fn graph() -> impl Strategy<Value = Recipe> {
    let entries = |most| proptest::collection::vec((any::<usize>(), key(), leaf()), 0..most);
    prop_oneof![
        (1..12usize, entries(40)).prop_map(|(tables, entries)| Recipe { tables, entries, root: Leaf::Table(0) }),
        (1..3usize, entries(60)).prop_map(|(tables, entries)| Recipe { tables, entries, root: Leaf::Table(0) }),
        scalar().prop_map(|root| Recipe { tables: 0, entries: Vec::new(), root }),
    ]
}

/// Trees: each table is put into one that comes before it.
pub(crate) fn tree() -> impl Strategy<Value = Recipe> {
    (
        proptest::collection::vec((any::<usize>(), key()), 0..10),
        proptest::collection::vec((any::<usize>(), key(), scalar()), 0..40),
    )
        .prop_map(|(children, scalars)| {
            let tables = children.len() + 1;
            let children = children.into_iter().enumerate().filter_map(|(at, (parent, key))| match key {
                Leaf::Table(_) => None,
                key => Some((parent % (at + 1), key, Leaf::Table(at + 1))),
            });
            let scalars = scalars.into_iter().filter(|(_, key, _)| !matches!(key, Leaf::Table(_)));
            Recipe { tables, entries: scalars.chain(children).collect(), root: Leaf::Table(0) }
        })
}

impl Recipe {
    /// The document.
    pub(crate) fn cook(&self) -> Document<'static> {
        self.cook_in_order(&(0..self.tables).collect::<Vec<_>>())
    }

    /// The same document, its tables numbered in another order.
    pub(crate) fn cook_backwards(&self) -> Document<'static> {
        self.cook_in_order(&(0..self.tables).rev().collect::<Vec<_>>())
    }

    fn cook_in_order(&self, order: &[usize]) -> Document<'static> {
        let mut builder = Builder::new();
        let made: Vec<TableId> = order.iter().map(|_| builder.table()).collect();
        let tables: Vec<TableId> = order.iter().map(|at| made[*at]).collect();
        for (table, key, value) in &self.entries {
            let (key, value) = (part(&mut builder, &tables, key), part(&mut builder, &tables, value));
            builder.set(tables[table % self.tables], key, value);
        }
        let root = part(&mut builder, &tables, &self.root);
        builder.finish(root)
    }
}

fn part(builder: &mut Builder, tables: &[TableId], leaf: &Leaf) -> Part {
    match leaf {
        Leaf::Boolean(value) => (*value).into(),
        Leaf::Integer(number) => (*number).into(),
        Leaf::Bytes(bytes) => builder.string(bytes),
        Leaf::Table(at) => tables[at % tables.len()].into(),
    }
}

/// Constructors as somebody might write them: keys in any order and more than once, nils, items among pairs, and more
/// items than Lua stores at once.
pub(crate) fn constructor() -> impl Strategy<Value = String> {
    let scalar = || {
        prop_oneof![
            (1..6i32).prop_map(|n| n.to_string()),
            Just("nil".to_owned()),
            Just("\"s\"".to_owned()),
            Just("{}".to_owned()),
            Just("-2147483647-1".to_owned()),
            Just("0xfffffffF".to_owned()),
            Just("'\\65\\\n\\t\\x41\\z  b'".to_owned()),
            Just("[==[\n]]\r\n]==]".to_owned()),
        ]
    };
    let field = prop_oneof![
        6 => scalar(),
        2 => ((1..60i32), scalar()).prop_map(|(key, value)| format!("[{key}]={value}")),
        2 => ((1..4i32), scalar()).prop_map(|(key, value)| format!("[ {key} ] = {value}")),
        1 => ("[ab]", scalar()).prop_map(|(key, value)| format!("{key} ={value}")),
        1 => ("[ab]", scalar()).prop_map(|(key, value)| format!("[\"{key}\"]={value}")),
        1 => scalar().prop_map(|value| format!("[true]={value}")),
        1 => (40..60usize).prop_map(|count| vec!["7"; count].join(",")),
    ];
    (proptest::collection::vec((field, "[,;]|, |;\n"), 0..30), any::<bool>()).prop_map(|(fields, trailing)| {
        let mut text: String = fields.iter().flat_map(|(field, end)| [field.as_str(), end.as_str()]).collect();
        if let Some((_, end)) = fields.last().filter(|_| !trailing) {
            text.truncate(text.len() - end.len());
        }
        format!("{{{text}}}")
    })
}
