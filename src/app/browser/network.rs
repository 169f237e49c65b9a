//! The way to the relay: `WebSocket`, `fetch`, and the page's `online` and `visibilitychange`.

use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    BinaryType, CloseEvent, Headers, MessageEvent, RequestInit, Response, VisibilityState,
    WebSocket,
};

use super::window;
use crate::ports::{Handle, Later, Network, Socket, SocketEvent};

pub(super) struct BrowserNetwork;

struct BrowserSocket {
    socket: WebSocket,
    _listeners: [EventListener; 3],
}

impl Socket for BrowserSocket {
    fn send(&self, frame: &[u8]) {
        // A socket that is closing refuses; the session hears of the close and sends again.
        let _ = self.socket.send_with_u8_array(frame);
    }
}

impl Drop for BrowserSocket {
    fn drop(&mut self) {
        let _ = self.socket.close();
    }
}

struct Nothing;

impl Socket for Nothing {
    fn send(&self, _frame: &[u8]) {}
}

struct Listeners(#[expect(dead_code, reason = "held so that they stay")] [EventListener; 2]);

impl Handle for Listeners {}

impl Network for BrowserNetwork {
    fn connect(&self, path: &str, hear: Rc<dyn Fn(SocketEvent)>) -> Box<dyn Socket> {
        if let Some(socket) = early(path).and_then(|socket| socket.dyn_into::<WebSocket>().ok())
            && socket.ready_state() <= WebSocket::OPEN
        {
            if socket.ready_state() == WebSocket::OPEN {
                let hear = hear.clone();
                spawn_local(async move { hear(SocketEvent::Opened) });
            }
            return listen(socket, hear);
        }
        let location = window().location();
        let secure = location
            .protocol()
            .is_ok_and(|protocol| protocol == "https:");
        let scheme = if secure { "wss" } else { "ws" };
        let host = location.host().unwrap_or_default();
        let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}{path}")) else {
            hear(SocketEvent::Closed(1006));
            return Box::new(Nothing);
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        listen(socket, hear)
    }

    fn on_wake(&self, wake: Rc<dyn Fn()>) -> Box<dyn Handle> {
        let window = window();
        let online = wake.clone();
        let mut listeners = vec![EventListener::new(&window, "online", move |_| online())];
        if let Some(document) = window.document() {
            let watched = document.clone();
            listeners.push(EventListener::new(
                &document,
                "visibilitychange",
                move |_| {
                    if watched.visibility_state() == VisibilityState::Visible {
                        wake();
                    }
                },
            ));
        }
        match <[EventListener; 2]>::try_from(listeners) {
            Ok(listeners) => Box::new(Listeners(listeners)),
            Err(_) => Box::new(()),
        }
    }

    fn ask(
        &self,
        method: &'static str,
        path: String,
        key: Option<String>,
        body: Option<String>,
    ) -> Later<Option<(u16, String)>> {
        Box::pin(async move { ask(method, &path, key, body).await.ok() })
    }

    fn put(&self, path: String, key: String, bytes: Vec<u8>) -> Later<Option<u16>> {
        Box::pin(async move {
            let body = js_sys::Uint8Array::from(&bytes[..]);
            let answer = request("PUT", &path, Some(key), None, Some(body.into())).await;
            Some(answer.ok()?.status())
        })
    }

    fn get(&self, path: String, key: String) -> Later<Option<(u16, Vec<u8>)>> {
        Box::pin(async move { get(&path, key).await.ok() })
    }
}

fn listen(socket: WebSocket, hear: Rc<dyn Fn(SocketEvent)>) -> Box<dyn Socket> {
    let opened = hear.clone();
    let framed = hear.clone();
    let listeners = [
        EventListener::new(&socket, "open", move |_| opened(SocketEvent::Opened)),
        EventListener::new(&socket, "message", move |event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            if data.is_instance_of::<js_sys::ArrayBuffer>() {
                framed(SocketEvent::Frame(js_sys::Uint8Array::new(&data).to_vec()));
            }
        }),
        EventListener::new(&socket, "close", move |event| {
            hear(SocketEvent::Closed(
                event.unchecked_ref::<CloseEvent>().code(),
            ));
        }),
    ];
    Box::new(BrowserSocket {
        socket,
        _listeners: listeners,
    })
}

/// What `early.js` asked for before the program was here. It is given once.
fn early(name: &str) -> Option<JsValue> {
    let all = js_sys::Reflect::get(&window(), &"early".into()).ok()?;
    let asked = js_sys::Reflect::get(&all, &name.into()).ok()?;
    js_sys::Reflect::delete_property(all.unchecked_ref::<js_sys::Object>(), &name.into()).ok()?;
    (!asked.is_undefined()).then_some(asked)
}

async fn ask(
    method: &str,
    path: &str,
    key: Option<String>,
    body: Option<String>,
) -> Result<(u16, String), JsValue> {
    let kind = body.is_some().then_some("application/json");
    let response = request(method, path, key, kind, body.map(JsValue::from)).await?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

async fn get(path: &str, key: String) -> Result<(u16, Vec<u8>), JsValue> {
    let response = request("GET", path, Some(key), None, None).await?;
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    Ok((response.status(), js_sys::Uint8Array::new(&bytes).to_vec()))
}

async fn request(
    method: &str,
    path: &str,
    key: Option<String>,
    kind: Option<&str>,
    body: Option<JsValue>,
) -> Result<Response, JsValue> {
    if method == "GET"
        && let Some(answer) = key
            .as_deref()
            .and_then(|key| early(&format!("{path} {key}")))
        && let Ok(answer) = JsFuture::from(js_sys::Promise::resolve(&answer)).await
    {
        return answer.dyn_into();
    }
    let headers = Headers::new()?;
    if let Some(key) = key {
        headers.set("authorization", &format!("Bearer {key}"))?;
    }
    if let Some(kind) = kind {
        headers.set("content-type", kind)?;
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&headers);
    if let Some(body) = body {
        init.set_body(&body);
    }
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await?;
    response.dyn_into()
}
