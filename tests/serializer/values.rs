//! Values of every shape.

use std::collections::HashSet;

use proptest::prelude::*;

use moonshutter::table::{Builder, Document, Part, TableId};

const RESERVED: [&str; 22] = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
    "not", "or", "repeat", "return", "then", "true", "until", "while",
];

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scalar {
    Boolean(bool),
    Integer(i32),
    Bytes(Vec<u8>),
}

/// A value in which each table stands once.
#[derive(Debug, Clone)]
pub enum Tree {
    Scalar(Scalar),
    Items(Vec<Option<Tree>>),
    Pairs(Vec<(Tree, Tree)>),
}

/// A value of a graph: a scalar, or one of its tables, counted round.
#[derive(Debug, Clone)]
pub enum Leaf {
    Scalar(Scalar),
    Table(usize),
}

/// How many tables there are, and what is put into them one after another; the first is the root.
#[derive(Debug, Clone)]
pub struct Graph {
    tables: usize,
    entries: Vec<(usize, Leaf, Leaf)>,
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..10),
        // what may be taken for something else
        proptest::collection::vec(proptest::sample::select(b"\0\r\n\\\"'01239[]{}-n ".to_vec()), 0..8),
        proptest::sample::select(RESERVED.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        "[a-zA-Z_][a-zA-Z0-9_]{0,6}".prop_map(String::into_bytes),
    ]
}

fn integer() -> impl Strategy<Value = i32> {
    let edges = vec![i32::MIN, i32::MIN + 1, -1, 0, 1, 2, 3, i32::MAX - 1, i32::MAX];
    prop_oneof![any::<i32>(), proptest::sample::select(edges), -3..9i32]
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        any::<bool>().prop_map(Scalar::Boolean),
        integer().prop_map(Scalar::Integer),
        bytes().prop_map(Scalar::Bytes),
    ]
}

/// Arrays, arrays with holes, and tables with keys of every kind, tables among them.
pub fn tree() -> impl Strategy<Value = Tree> {
    scalar().prop_map(Tree::Scalar).prop_recursive(5, 32, 6, |inner| {
        let item = prop_oneof![3 => inner.clone().prop_map(Some), 1 => Just(None)];
        let key = prop_oneof![4 => scalar().prop_map(Tree::Scalar), 1 => inner.clone()];
        prop_oneof![
            proptest::collection::vec(item, 0..7).prop_map(Tree::Items),
            proptest::collection::vec((key, inner), 0..6).prop_map(Tree::Pairs),
        ]
    })
}

/// Up to ten tables, most of them shared or in circles, some as keys.
pub fn graph() -> impl Strategy<Value = Graph> {
    let table = || any::<usize>().prop_map(Leaf::Table);
    let key = prop_oneof![3 => (1..6i32).prop_map(|n| Leaf::Scalar(Scalar::Integer(n))), 3 => scalar().prop_map(Leaf::Scalar), 2 => table()];
    let value = prop_oneof![2 => scalar().prop_map(Leaf::Scalar), 3 => table()];
    (1..10usize, proptest::collection::vec((any::<usize>(), key, value), 0..30))
        .prop_map(|(tables, entries)| Graph { tables, entries })
}

fn part(builder: &mut Builder, scalar: &Scalar) -> Part {
    match scalar {
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Integer(number) => (*number).into(),
        Scalar::Bytes(bytes) => builder.string(bytes),
    }
}

impl Tree {
    pub fn document(&self) -> Document<'static> {
        let mut builder = Builder::new();
        let root = self.build(&mut builder);
        builder.finish(root)
    }

    fn build(&self, builder: &mut Builder) -> Part {
        match self {
            Tree::Scalar(scalar) => part(builder, scalar),
            Tree::Items(items) => {
                let table = builder.table();
                for (index, item) in items.iter().enumerate() {
                    if let Some(item) = item {
                        let item = item.build(builder);
                        builder.set(table, index as i32 + 1, item);
                    }
                }
                table.into()
            }
            Tree::Pairs(pairs) => {
                let table = builder.table();
                let mut seen = HashSet::new();
                for (key, value) in pairs {
                    let fresh = if let Tree::Scalar(scalar) = key { seen.insert(scalar) } else { true };
                    if fresh {
                        let (key, value) = (key.build(builder), value.build(builder));
                        builder.set(table, key, value);
                    }
                }
                table.into()
            }
        }
    }
}

impl Graph {
    pub fn document(&self) -> Document<'static> {
        let mut builder = Builder::new();
        let tables: Vec<TableId> = (0..self.tables).map(|_| builder.table()).collect();
        let one_of = |at: &usize| tables[at % self.tables];
        for (table, key, value) in &self.entries {
            let mut part = |leaf: &Leaf| match leaf {
                Leaf::Scalar(scalar) => part(&mut builder, scalar),
                Leaf::Table(at) => one_of(at).into(),
            };
            let (key, value) = (part(key), part(value));
            builder.set(one_of(table), key, value);
        }
        // Tables that are keys can be told apart.
        for (_, key, _) in &self.entries {
            if let Leaf::Table(at) = key {
                let name = builder.string("id");
                builder.set(one_of(at), name, (at % self.tables) as i32);
            }
        }
        builder.finish(tables[0])
    }
}
