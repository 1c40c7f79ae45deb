//! The order in which files are shown.

use std::cmp::{Ordering, Reverse};

use super::walk::Entry;

/// An order for files and folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By name, without regard to case.
    #[default]
    Name,
    /// By date, the newest first.
    Date,
    /// By size, the largest first.
    Size,
    /// By the numbers of folder and shot, with what has none at the end.
    Shot,
}

impl Order {
    /// Sorts; what is equal stands by its path.
    pub fn sort(self, entries: &mut [Entry], reverse: bool) {
        entries.sort_by(|a, b| {
            let order = self.compare(a, b);
            if reverse { order.reverse() } else { order }
        });
    }

    fn compare(self, a: &Entry, b: &Entry) -> Ordering {
        let first = match self {
            Self::Name => by_name(a).cmp(&by_name(b)),
            Self::Date => by_date(a).cmp(&by_date(b)),
            Self::Size => Reverse(a.size()).cmp(&Reverse(b.size())),
            Self::Shot => by_shot(a).cmp(&by_shot(b)),
        };
        first.then_with(|| by_name(a).cmp(&by_name(b))).then_with(|| a.path.cmp(&b.path))
    }
}

fn by_name(entry: &Entry) -> Vec<u8> {
    entry.path.as_bytes().to_ascii_uppercase()
}

fn by_date(entry: &Entry) -> Reverse<Option<i64>> {
    Reverse(entry.stat.as_ref().map(|stat| stat.mtime))
}

fn by_shot(entry: &Entry) -> (bool, Option<u32>, Option<u32>) {
    let shot = entry.path.shot();
    (shot.is_none(), entry.path.folder_number(), shot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Stat;

    #[test]
    fn each_order_has_the_first_first() {
        let entry = |path: &str, size, mtime| {
            let stat = Stat { size, mtime, attrib: 0x20, is_dir: false };
            Entry { path: path.parse().unwrap(), stat: Some(stat), root: 0, depth: 0 }
        };
        let entries = [
            entry("A/b.txt", 5, 30),
            entry("A/DCIM/101CANON/IMG_0001.JPG", 7, 10),
            entry("A/DCIM/100CANON/IMG_9999.JPG", 7, 20),
            Entry { stat: None, ..entry("A/A.txt", 0, 0) },
        ];
        let sorted = |order: Order, reverse| {
            let mut entries = entries.clone();
            order.sort(&mut entries, reverse);
            entries.map(|entry| String::from_utf8(entry.path.name().to_vec()).unwrap()).join(" ")
        };
        assert_eq!(sorted(Order::Name, false), "A.txt b.txt IMG_9999.JPG IMG_0001.JPG");
        assert_eq!(sorted(Order::Name, true), "IMG_0001.JPG IMG_9999.JPG b.txt A.txt");
        assert_eq!(sorted(Order::Date, false), "b.txt IMG_9999.JPG IMG_0001.JPG A.txt");
        assert_eq!(sorted(Order::Size, false), "IMG_9999.JPG IMG_0001.JPG b.txt A.txt");
        assert_eq!(sorted(Order::Shot, false), "IMG_9999.JPG IMG_0001.JPG A.txt b.txt");
    }
}
