//! The words of photos.

pub const PHOTO: &str = "Photo";
pub const ADD: &str = "Add a photo";
pub const SHOW_LARGE: &str = "Show the photo large";
pub const TAKE_OFF: &str = "Take the photo off";
pub const DESCRIPTION: &str = "What does the photo show?";
pub const DESCRIPTION_HINT: &str =
    "A few words for people who cannot see it. Please do not name anyone.";
pub const DESCRIBE: &str = "Describe it or take it off";
pub const NOT_DESCRIBED: &str = "Photo without a description";
pub const COMING: &str = "The photo is on its way.";
pub const UNREADABLE: &str = "This is not a picture that can be shown here. Please choose a photo.";
pub const NOT_ADDED: &str = "Your photo was not added, because the board was closed to it meanwhile. Please choose it again later.";
pub const PREPARING: &str = "Getting the photo ready…";
pub const TRY_AGAIN: &str = "Try again";
pub const REFUSED: &str = "A photo could not be added to the workshop, so others do not see it. Please take it off its card.";

/// "Sending 1 photo…", "Sending 3 photos…".
pub fn sending(count: usize) -> String {
    format!("Sending {}…", photos(count))
}

/// "1 photo waits on this device for a connection.".
pub fn waiting(count: usize) -> String {
    match count {
        1 => "1 photo waits on this device for a connection.".to_owned(),
        _ => format!("{} wait on this device for a connection.", photos(count)),
    }
}

/// "This workshop has as many photos as it may have. 1 photo stays on this device only.".
pub fn no_room(count: usize) -> String {
    let stay = if count == 1 { "stays" } else { "stay" };
    format!(
        "This workshop has as many photos as it may have. {} {stay} on this device only.",
        photos(count)
    )
}

/// A photo's description, or the words for one that has none.
pub fn described(alt: &str) -> String {
    let alt = alt.trim();
    if alt.is_empty() {
        NOT_DESCRIBED.to_owned()
    } else {
        alt.to_owned()
    }
}

/// What stands for a card's words in its name: those written on it, or else what its photo shows.
pub fn card_words(text: &str, alt: Option<&str>) -> String {
    match alt {
        Some(alt) if text.trim().is_empty() => described(alt),
        Some(alt) if !alt.trim().is_empty() => format!("{}, photo: {}", text.trim(), alt.trim()),
        _ => text.to_owned(),
    }
}

/// "Show the photo large: The bus stop".
pub fn show_large(alt: &str) -> String {
    format!("{SHOW_LARGE}: {}", described(alt))
}

fn photos(count: usize) -> String {
    super::counted(count, "photo", "photos")
}
