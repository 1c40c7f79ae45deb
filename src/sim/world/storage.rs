//! What the camera says about the images on its card.

use std::fs;

use crate::sim::card::Card;

/// Where the next image goes: the folder of DCIM with the highest number, 100 to 999, in Canon's way of naming them
/// (three digits and five letters), or the first one of a new card.
pub(crate) fn image_folder(card: &Card) -> String {
    let newest = names(card, b"A/DCIM")
        .into_iter()
        .filter(|name| name.len() == 8 && name.is_ascii() && !name.starts_with('0'))
        .filter(|name| name[..3].bytes().all(|c| c.is_ascii_digit()))
        .filter(|name| name[3..].bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_'))
        .max_by_key(|name| name[..3].to_owned());
    format!("A/DCIM/{}", newest.unwrap_or_else(|| "100CANON".to_owned()))
}

/// The number of the newest image, as in `IMG_0012.JPG`; 0 if there is none.
pub(crate) fn image_number(card: &Card) -> i32 {
    let number = |name: &str| {
        let (stem, _) = name.split_once('.')?;
        stem.is_ascii().then_some(())?;
        (stem.len() == 8 && stem[4..].bytes().all(|c| c.is_ascii_digit())).then(|| stem[4..].parse().ok())?
    };
    names(card, image_folder(card).as_bytes()).iter().filter_map(|name| number(name)).max().unwrap_or(0)
}

fn names(card: &Card, folder: &[u8]) -> Vec<String> {
    let Some(entries) = card.existing(folder).and_then(|folder| fs::read_dir(folder).ok()) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Bytes in all and bytes free.
pub(crate) fn space(card: &Card) -> (u64, u64) {
    (card.total_bytes(), card.free_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_folder_and_image_count() {
        let card = Card::temporary().unwrap();
        assert_eq!((image_folder(&card).as_str(), image_number(&card)), ("A/DCIM/100CANON", 0));
        for folder in ["101CANON", "120___11", "099CANON", "CANONMSC", "130TOOLONG", "1é0CANO"] {
            fs::create_dir(card.root().join("DCIM").join(folder)).unwrap();
        }
        assert_eq!(image_folder(&card), "A/DCIM/120___11");
        for file in ["IMG_0012.JPG", "MVI_0013.MP4", "IMG_99.JPG", "IMG_+014.JPG", "NOTES"] {
            fs::write(card.root().join("DCIM/120___11").join(file), "").unwrap();
        }
        assert_eq!(image_number(&card), 13);
    }
}
