//! How a text nests, counted without parsing it.

use super::{Keyword, Scanner};

/// How a text nests: never less than what a parser will find.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shape {
    /// Brackets and blocks inside each other.
    pub nesting: usize,
    /// Operators of one expression and of those around it.
    pub operators: usize,
    /// Those of them that nest to the right: `..`, `^` and those with one operand.
    pub right: usize,
    /// Values that wait for others at a time.
    pub waiting: usize,
}

/// What a level was opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    Chunk,
    Bracket(u8),
    /// Ends with `end`.
    Block,
    Repeat,
}

pub(super) struct Level {
    pub opener: Opener,
    operators: usize,
    right: usize,
    waiting: usize,
}

impl Level {
    pub fn chunk() -> Self {
        Self { opener: Opener::Chunk, operators: 0, right: 0, waiting: 0 }
    }
}

impl Scanner<'_> {
    pub(super) fn level(&mut self) -> &mut Level {
        // The chunk's level is never closed.
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    pub(super) fn open(&mut self, opener: Opener) {
        self.levels.push(Level { opener, operators: 0, right: 0, waiting: 1 });
        self.sum.waiting += 1;
        self.operand = false;
        let shape = &mut self.scan.shape;
        shape.nesting = shape.nesting.max(self.levels.len() - 1);
        shape.waiting = shape.waiting.max(self.sum.waiting);
    }

    /// Closes a level if this is its end; what ends nothing only makes the count too high.
    pub(super) fn close(&mut self, opener: Opener) {
        self.operand = true;
        if self.level().opener == opener {
            self.statement_ends();
            self.levels.pop();
            self.operand = true;
        }
    }

    pub(super) fn operator(&mut self, right: bool) {
        self.operand = false;
        let level = self.level();
        level.operators += 1;
        level.right += usize::from(right);
        self.sum.operators += 1;
        self.sum.right += usize::from(right);
        let shape = &mut self.scan.shape;
        shape.operators = shape.operators.max(self.sum.operators);
        shape.right = shape.right.max(self.sum.right);
    }

    pub(super) fn expression_ends(&mut self) {
        self.operand = false;
        let level = self.level();
        let (operators, right) = (std::mem::take(&mut level.operators), std::mem::take(&mut level.right));
        self.sum.operators -= operators;
        self.sum.right -= right;
    }

    pub(super) fn another_value(&mut self) {
        self.expression_ends();
        let level = self.level();
        // A constructor stores its items fifty at a time.
        if level.opener != Opener::Bracket(b'{') || level.waiting < 50 {
            level.waiting += 1;
            self.sum.waiting += 1;
            self.scan.shape.waiting = self.scan.shape.waiting.max(self.sum.waiting);
        }
    }

    pub(super) fn statement_ends(&mut self) {
        self.expression_ends();
        let waiting = std::mem::take(&mut self.level().waiting);
        self.sum.waiting -= waiting;
    }

    pub(super) fn shape_keyword(&mut self, keyword: Keyword) {
        self.operand = false;
        match keyword {
            Keyword::And | Keyword::Or => self.operator(false),
            Keyword::Not => self.operator(true),
            Keyword::Nil | Keyword::True | Keyword::False => self.operand = true,
            // Part of an expression, perhaps.
            Keyword::Function => self.open(Opener::Block),
            Keyword::End => self.close(Opener::Block),
            _ => {
                let in_block = !matches!(self.level().opener, Opener::Bracket(_));
                if in_block {
                    self.statement_ends();
                }
                match keyword {
                    Keyword::Do | Keyword::Then => self.open(Opener::Block),
                    Keyword::Elseif => self.close(Opener::Block),
                    Keyword::Repeat => self.open(Opener::Repeat),
                    Keyword::Until => self.close(Opener::Repeat),
                    _ => {}
                }
                self.operand = false;
            }
        }
    }
}
