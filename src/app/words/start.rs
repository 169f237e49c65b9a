//! The words of "Start a workshop".

pub const HEADING: &str = "Start a workshop";
pub const LEAD: &str = "Everything here can be changed later.";
pub const TITLE: &str = "Title";
pub const TITLE_HINT: &str = "What people will see first, such as “Getting about in our village”.";
pub const QUESTION: &str = "Question";
pub const QUESTION_HINT: &str = "What do you want to work out together?";
pub const WHERE: &str = "Where do you start?";
pub const SESSION: &str = "What kind of session is it?";
pub const SESSION_HINT: &str =
    "Everyone who joins sees this, so that nobody is misled about their say.";
pub const MAKE: &str = "Make the workshop";
pub const MAKING: &str = "Making it…";
pub const TITLE_NEEDED: &str = "Give the workshop a title first.";
