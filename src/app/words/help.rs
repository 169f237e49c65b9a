//! The words of the help that every screen offers at the same place.

pub const FIRST: [(&str, &str); 5] = [
    ("plus", "Tap “Add card” and write. It is kept as you type."),
    (
        "move",
        "Drag a card, or tap it, tap “Move”, then tap where it should go.",
    ),
    (
        "undo",
        "“Undo” takes back what you did here. It never touches other people’s work.",
    ),
    (
        "zoom-in",
        "Pinch, or use plus and minus, to see more or less. “Fit” shows everything.",
    ),
    (
        "cloud-off",
        "No Wi-Fi? Go on writing. It is kept on this device and sent when the Wi-Fi is back.",
    ),
];

pub const RAISE_HAND: &str = "Raise your hand";
pub const HAND_HINT: &str = "The facilitator sees it and comes to you.";
pub const HAND_IS_UP: &str = "Your hand is up. Tap again to take it down.";

pub const KEYS_HEADING: &str = "Keys";
pub const KEYS: [(&str, &str); 17] = [
    ("New card", "N"),
    ("Write in the card", "Enter"),
    ("Done writing", "Esc"),
    ("Next card", "Ctrl + Enter"),
    ("Select", "V"),
    ("Hand, to move the view", "H"),
    ("Move the view", "Space + drag"),
    ("Show everything", "Shift + 1"),
    ("Show what is selected", "Shift + 2"),
    ("Pick one more card", "Shift + Enter"),
    ("Undo", "Ctrl + Z"),
    ("Redo", "Ctrl + Shift + Z"),
    ("Copy the card", "Ctrl + D"),
    ("Group", "Ctrl + G"),
    ("Delete", "Delete"),
    ("Move a card", "Arrow keys"),
    ("These keys", "?"),
];

pub const CHOICES_HEADING: &str = "What suits you";
pub const LETTERS: &str = "Single letters are keys (N, V, H)";
pub const NEWS: &str = "Read out what others do";

pub const PRIVACY_HEADING: &str = "Who can see this";
pub const PRIVACY: &str =
    "Everyone with the link sees what is on the boards. No names or accounts are kept with cards.";
pub const OPEN_NETWORK: &str = "This page is not encrypted. Someone else on the same Wi-Fi could read what is sent, so leave out anything private.";
