//! Programs made up at random, from a seed.

/// Makes programs.
pub struct Maker {
    state: u64,
    /// How many more pieces the program at hand may have.
    budget: usize,
}

impl Maker {
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, budget: 0 }
    }

    pub fn next(&mut self) -> u64 {
        // xorshift64*
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    /// From 0 up to and without `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }

    /// A program by the grammar, of some `size` pieces at most, which may still break a rule that is not in it.
    pub fn program(&mut self, size: usize) -> Vec<u8> {
        self.budget = 5 + self.below(size);
        let mut text = String::new();
        self.block(&mut text, 0);
        text.into_bytes()
    }

    fn gap(&mut self, text: &mut String) {
        *text += match self.below(24) {
            0 => "\n",
            1 => "\r\n",
            2 => " --[[ c\n ]] ",
            3 => "--c\n",
            4 => "\t",
            5 => ";\n",
            6 => "\x0b",
            7 => "\r",
            _ => " ",
        };
    }

    /// A gap that is no semicolon.
    fn blank(&mut self, text: &mut String) {
        *text += self.pick(&[" ", " ", " ", " ", " ", " ", " ", "\n", "\r\n", " --[==[ ]] ]==]"]);
    }

    fn word(&mut self, text: &mut String, word: &str) {
        self.blank(text);
        *text += word;
        self.blank(text);
    }

    fn name(&mut self, text: &mut String) {
        *text += self.pick(&["a", "b", "c", "d1", "_x", "goto", "continue", "self", "ends", "long_name"]);
    }

    fn block(&mut self, text: &mut String, depth: usize) {
        for _ in 0..self.below(5) + usize::from(depth == 0) * 3 {
            self.statement(text, depth);
            self.gap(text);
        }
        match self.below(24) {
            0 | 1 => {
                *text += " return ";
                if self.one_in(2) {
                    self.list(text, depth);
                }
            }
            2 if depth > 0 => *text += " break ",
            _ => {}
        }
    }

    fn names(&mut self, text: &mut String) {
        self.name(text);
        for _ in 0..self.below(3) {
            *text += ", ";
            self.name(text);
        }
    }

    fn list(&mut self, text: &mut String, depth: usize) {
        self.expression(text, depth);
        for _ in 0..self.below(3) {
            self.word(text, ",");
            self.expression(text, depth);
        }
    }

    fn statement(&mut self, text: &mut String, depth: usize) {
        self.budget = self.budget.saturating_sub(1);
        let deeper = depth + 1;
        match self.below(if self.budget == 0 || depth > 6 { 5 } else { 14 }) {
            0 | 1 => {
                *text += "local ";
                self.names(text);
                if !self.one_in(4) {
                    self.word(text, "=");
                    self.list(text, deeper);
                }
            }
            2 | 3 => {
                self.target(text, deeper);
                if self.one_in(4) {
                    self.word(text, ",");
                    self.target(text, deeper);
                }
                self.word(text, "=");
                self.list(text, deeper);
            }
            4 | 5 => self.call(text, deeper),
            6 => {
                *text += "if ";
                self.expression(text, deeper);
                self.word(text, "then");
                self.block(text, deeper);
                for _ in 0..self.below(3) {
                    self.word(text, "elseif");
                    self.expression(text, deeper);
                    self.word(text, "then");
                    self.block(text, deeper);
                }
                if self.one_in(2) {
                    self.word(text, "else");
                    self.block(text, deeper);
                }
                *text += " end";
            }
            7 => {
                *text += "while ";
                self.expression(text, deeper);
                self.word(text, "do");
                self.block(text, deeper);
                *text += " end";
            }
            8 => {
                *text += "repeat ";
                self.block(text, deeper);
                self.word(text, "until");
                self.expression(text, deeper);
            }
            9 => {
                *text += "for ";
                self.name(text);
                self.word(text, "=");
                self.expression(text, deeper);
                self.word(text, ",");
                self.expression(text, deeper);
                if self.one_in(3) {
                    *text += ", ";
                    self.expression(text, deeper);
                }
                self.word(text, "do");
                self.block(text, deeper);
                *text += " end";
            }
            10 => {
                *text += "for ";
                self.names(text);
                self.word(text, "in");
                self.list(text, deeper);
                self.word(text, "do");
                self.block(text, deeper);
                *text += " end";
            }
            11 => {
                *text += "function ";
                self.name(text);
                for _ in 0..self.below(3) {
                    *text += ".";
                    self.name(text);
                }
                if self.one_in(3) {
                    *text += ":";
                    self.name(text);
                }
                self.function(text, deeper);
            }
            12 => {
                *text += "local function ";
                self.name(text);
                self.function(text, deeper);
            }
            _ => {
                *text += "do ";
                self.block(text, deeper);
                *text += " end";
            }
        }
    }

    fn function(&mut self, text: &mut String, depth: usize) {
        self.blank(text);
        *text += self.pick(&["()", "(...)", "(a)", "(a, b)", "(a, ...)"]);
        self.blank(text);
        self.block(text, depth);
        *text += " end";
    }

    fn target(&mut self, text: &mut String, depth: usize) {
        if self.one_in(2) {
            return self.name(text);
        }
        self.prefix(text, depth);
        if self.one_in(2) {
            *text += ".";
            self.name(text);
        } else {
            *text += "[";
            self.expression(text, depth + 1);
            *text += "]";
        }
    }

    fn prefix(&mut self, text: &mut String, depth: usize) {
        if self.one_in(8) && self.budget > 0 {
            *text += "(";
            self.expression(text, depth + 1);
            *text += ")";
        } else {
            self.name(text);
        }
        for _ in 0..self.below(3) {
            match self.below(4) {
                0 => {
                    *text += ".";
                    self.name(text);
                }
                1 => {
                    *text += "[";
                    self.expression(text, depth + 1);
                    *text += "]";
                }
                2 => self.arguments(text, depth),
                _ => {
                    *text += ":";
                    self.name(text);
                    self.arguments(text, depth);
                }
            }
        }
    }

    fn call(&mut self, text: &mut String, depth: usize) {
        self.prefix(text, depth);
        self.arguments(text, depth);
    }

    fn arguments(&mut self, text: &mut String, depth: usize) {
        if self.one_in(5) {
            self.blank(text);
        }
        match self.below(6) {
            0 => self.string(text),
            1 => self.table(text, depth),
            2 => *text += "()",
            _ => {
                *text += "(";
                self.list(text, depth + 1);
                *text += ")";
            }
        }
    }

    fn string(&mut self, text: &mut String) {
        *text += self.pick(&[
            "''",
            "'a'",
            "\"b\"",
            "[[c]]",
            "[=[\nd]]]=]",
            "'\\65\\n\\''",
            "\"\\\n\"",
            "\"\\\r\n\"",
            "'ä'",
            "'\\255'",
            "'\0'",
            "[[\r\n\r]]",
            "'\\x'",
            "\"--\"",
            "[[--]]",
        ]);
    }

    fn table(&mut self, text: &mut String, depth: usize) {
        *text += "{";
        for _ in 0..self.below(4) {
            match self.below(3) {
                0 => {
                    self.name(text);
                    self.word(text, "=");
                }
                1 => {
                    *text += "[";
                    self.expression(text, depth + 1);
                    *text += "]=";
                }
                _ => {}
            }
            self.expression(text, depth + 1);
            *text += self.pick(&[",", ";", ", "]);
        }
        *text += "}";
    }

    fn expression(&mut self, text: &mut String, depth: usize) {
        self.budget = self.budget.saturating_sub(1);
        match self.below(if self.budget == 0 || depth > 9 { 6 } else { 14 }) {
            0 => *text += self.pick(&["nil", "true", "false"]),
            1 | 2 => *text += self.pick(&["0", "1", "12", "0xff", "99999999999", "0XA", "007"]),
            3 | 4 => self.name(text),
            5 => self.string(text),
            6 => *text += if self.one_in(3) { "..." } else { "b" },
            7 | 8 => {
                self.expression(text, depth + 1);
                let operator =
                    self.pick(&["+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or"]);
                self.word(text, operator);
                self.expression(text, depth + 1);
            }
            9 => {
                *text += self.pick(&["not ", "- ", "#", "-"]);
                // Or two of them would begin a comment.
                if text.ends_with('-') {
                    text.push(' ');
                }
                self.expression(text, depth + 1);
            }
            10 => self.call(text, depth + 1),
            11 => self.prefix(text, depth + 1),
            12 => self.table(text, depth),
            _ => {
                *text += "function";
                self.function(text, depth + 1);
            }
        }
    }
}
