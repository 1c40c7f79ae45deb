//! PTP's datasets: little-endian numbers, counted arrays, counted UTF-16 strings.

/// A dataset in the making.
#[derive(Default)]
pub(crate) struct Dataset(Vec<u8>);

impl Dataset {
    pub(crate) fn u16(mut self, value: u16) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn u64(mut self, value: u64) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    /// An array: a count and the elements.
    pub(crate) fn u16s(mut self, values: &[u16]) -> Self {
        self = self.u32(values.len() as u32);
        values.iter().fold(self, |set, value| set.u16(*value))
    }

    /// An array: a count and the elements.
    pub(crate) fn u32s(mut self, values: &[u32]) -> Self {
        self = self.u32(values.len() as u32);
        values.iter().fold(self, |set, value| set.u32(*value))
    }

    /// A string: one byte of count, with the NUL; the empty string is the count 0 alone.
    pub(crate) fn string(mut self, text: &str) -> Self {
        let units: Vec<u16> = text.encode_utf16().take(254).collect();
        if units.is_empty() {
            self.0.push(0);
            return self;
        }
        self.0.push(units.len() as u8 + 1);
        self = units.into_iter().fold(self, Self::u16);
        self.u16(0)
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A dataset that came from a host; what is not there any more is `None`.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn skip(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or_default();
    }

    /// Up to its first NUL, if it is proper UTF-16.
    pub(crate) fn string(&mut self) -> Option<String> {
        let [count] = self.take()?;
        let units = (0..count).map(|_| self.u16()).collect::<Option<Vec<_>>>()?;
        String::from_utf16(units.split(|unit| *unit == 0).next().unwrap_or_default()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_count_their_nul_and_empty_ones_have_none() {
        assert_eq!(Dataset::default().string("aé").into_bytes(), [3, b'a', 0, 0xe9, 0, 0, 0]);
        assert_eq!(Dataset::default().string("").into_bytes(), [0]);
        assert_eq!(Dataset::default().string(&"x".repeat(300)).into_bytes().len(), 1 + 2 * 255);
    }

    #[test]
    fn arrays_count_their_elements() {
        assert_eq!(Dataset::default().u16s(&[0x1001, 2]).into_bytes(), [2, 0, 0, 0, 1, 0x10, 2, 0]);
        assert_eq!(Dataset::default().u32s(&[]).into_bytes(), [0, 0, 0, 0]);
    }

    #[test]
    fn fields_are_read_as_they_were_written_and_end_where_the_bytes_do() {
        let bytes = Dataset::default().u32(7).u16(8).string("aé").into_bytes();
        let mut fields = Fields::new(&bytes);
        assert_eq!((fields.u32(), fields.u16(), fields.string()), (Some(7), Some(8), Some("aé".to_owned())));
        assert_eq!((fields.u32(), fields.u16(), fields.string()), (None, None, None));
        assert_eq!(Fields::new(&[2, b'a']).string(), None, "cut off");
        assert_eq!(Fields::new(&[1, 0x00, 0xd8]).string(), None, "half of a pair");
        assert_eq!(Fields::new(&[2, b'a', 0, b'b', 0]).string(), Some("ab".to_owned()), "without its NUL");
    }
}
