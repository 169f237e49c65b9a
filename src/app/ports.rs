//! What the app needs of the device it runs on, as traits. `browser/` holds the implementations;
//! nothing else in the app names the browser's own interfaces.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// Something that comes later, on this one thread.
pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;

/// Does something when dropped: stops a timer, closes a socket, removes a listener.
pub trait Handle {}

/// A handle that does nothing.
impl Handle for () {}

/// Time.
pub trait Clock {
    /// Milliseconds since the app started; never runs backwards.
    fn now_ms(&self) -> u64;
    /// Milliseconds since 1970 by the device's own clock, which may be wrong and may jump.
    fn wall_ms(&self) -> u64;
    /// A moment's day in words, as the reader's language has it.
    fn day(&self, wall_ms: u64) -> String;
    /// Calls back once after a delay, unless the handle is dropped before.
    fn after(&self, delay_ms: u32, then: Box<dyn FnOnce()>) -> Box<dyn Handle>;
}

/// Randomness fit for keys and identifiers.
pub trait Entropy {
    /// 128 fresh random bits.
    fn bits(&self) -> u128;
}

/// What a socket tells.
#[derive(Debug)]
pub enum SocketEvent {
    /// It is open; frames can be sent.
    Opened,
    /// A binary frame came.
    Frame(Vec<u8>),
    /// It is closed, with the close code.
    Closed(u16),
}

/// An open or opening socket; dropping it closes it, and nothing is heard of it any more.
pub trait Socket {
    /// Sends a binary frame; lost silently when the socket is not open.
    fn send(&self, frame: &[u8]);
}

/// The way to the relay.
pub trait Network {
    /// Opens a socket to `path` on the relay that served the app.
    fn connect(&self, path: &str, hear: Rc<dyn Fn(SocketEvent)>) -> Box<dyn Socket>;
    /// Calls back whenever it is worth trying the relay at once: the device is online again, or the
    /// page is looked at again.
    fn on_wake(&self, wake: Rc<dyn Fn()>) -> Box<dyn Handle>;
    /// Asks the relay: method, path, key and JSON body → status and body, or `None` when the relay
    /// could not be reached.
    fn ask(
        &self,
        method: &'static str,
        path: String,
        key: Option<String>,
        body: Option<String>,
    ) -> Later<Option<(u16, String)>>;
    /// Puts bytes at a path of the relay: key and bytes → status, or `None` when the relay could not be
    /// reached.
    fn put(&self, path: String, key: String, bytes: Vec<u8>) -> Later<Option<u16>>;
    /// Gets bytes from a path of the relay: key → status and bytes, or `None` likewise.
    fn get(&self, path: String, key: String) -> Later<Option<(u16, Vec<u8>)>>;
}

/// Where documents are kept on this device, and photos until they are sent.
pub trait Vault {
    /// All updates kept of a document, in the order in which they were kept.
    fn load(&self, document: &str) -> Later<Vec<Vec<u8>>>;
    /// Keeps an update; tells whether it is safely kept.
    fn append(&self, document: &str, update: Vec<u8>) -> Later<bool>;
    /// Forgets everything whose name begins with this and a slash, such as all documents of a workshop.
    fn forget(&self, place: &str) -> Later<bool>;
    /// Puts one update in the place of everything that `load` found.
    fn compact(&self, document: &str, whole: Vec<u8>) -> Later<bool>;
}

/// Pictures, as files that people choose and as they are shown.
pub trait Pictures {
    /// Decodes a file, the right way up; `None` where it is no picture that this device can read.
    fn decode(&self, file: Vec<u8>) -> Later<Option<Box<dyn Picture>>>;
    /// An address under which these bytes are shown until the handle is dropped.
    fn show(&self, bytes: &[u8]) -> Option<(String, Box<dyn Handle>)>;
}

/// A decoded picture.
pub trait Picture {
    /// Its width and height in pixels.
    fn size(&self) -> (u32, u32);
    /// Encodes it as a JPEG of another size, in a quality from 0 to 1.
    fn encode(&self, width: u32, height: u32, quality: f64) -> Later<Option<Vec<u8>>>;
}

/// Small settings kept on this device.
pub trait Settings {
    /// What was set under a name.
    fn get(&self, name: &str) -> Option<String>;
    /// Sets it; a device that keeps nothing forgets it.
    fn set(&self, name: &str, value: &str);
    /// Forgets it.
    fn forget(&self, name: &str);
    /// The names of everything that is set.
    fn names(&self) -> Vec<String>;
}

/// The page around the app.
pub trait Page {
    /// Scheme, host and port that served the app, such as `http://192.168.1.5:4010`.
    fn origin(&self) -> String;
    /// The address's fragment without `#`: the key.
    fn fragment(&self) -> String;
    /// Whether the clipboard may be written here (not on plain HTTP).
    fn can_copy(&self) -> bool;
    /// Writes to the clipboard.
    fn copy(&self, text: String) -> Later<bool>;
    /// Opens the print dialog.
    fn print(&self);
    /// Keeps the screen awake where the device allows it.
    fn stay_awake(&self) -> Box<dyn Handle>;
    /// Calls back with every key pressed anywhere on the page, until the handle is dropped. The
    /// answer tells whether the key was used up.
    fn on_key(&self, hear: Rc<dyn Fn(KeyPress) -> bool>) -> Box<dyn Handle>;
}

/// The places of the app that were gone through. A place is a path with query and fragment.
pub trait History {
    /// The place in the address now.
    fn place(&self) -> String;
    /// Goes to another place.
    fn go(&self, place: &str);
    /// Calls back whenever the address shows another place, until the handle is dropped. One
    /// listener at a time.
    fn on_change(&self, hear: Rc<dyn Fn()>) -> Box<dyn Handle>;
    /// Enters something within a place: the browser's Back calls `back` instead of leaving the
    /// place, and its Forward then calls `again`, as long as the place is shown. Dropping the handle ends
    /// the step. One step at a time.
    fn step_in(&self, back: Rc<dyn Fn()>, again: Rc<dyn Fn()>) -> Box<dyn Handle>;
}

/// What has the focus when a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// A field that is written in.
    Field,
    /// A button or another control that has its own use for some keys.
    Control,
    /// A card, or nothing.
    Page,
}

/// A key pressed on a keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPress {
    /// Its name, as in `KeyboardEvent.key`.
    pub key: String,
    /// Ctrl, or Command on Apple's keyboards.
    pub command: bool,
    /// Shift.
    pub shift: bool,
    /// What has the focus.
    pub focus: Focus,
    /// Released rather than pressed.
    pub up: bool,
}

/// Everything the app needs of its device.
pub struct Ports {
    /// Time.
    pub clock: Box<dyn Clock>,
    /// Randomness.
    pub entropy: Box<dyn Entropy>,
    /// The way to the relay.
    pub network: Box<dyn Network>,
    /// Documents kept here.
    pub vault: Box<dyn Vault>,
    /// Settings kept here.
    pub settings: Box<dyn Settings>,
    /// The page.
    pub page: Box<dyn Page>,
    /// Pictures.
    pub pictures: Box<dyn Pictures>,
    /// The places gone through.
    pub history: Box<dyn History>,
}
