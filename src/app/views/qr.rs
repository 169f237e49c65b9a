//! A QR code as inline SVG: black on white whatever the theme, with the quiet zone that cameras
//! need. It must never carry anything but the link it was given.

use std::fmt::Write;

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// The white border that the standard asks for, in modules.
const QUIET_MODULES: usize = 4;

/// A QR code of `link`, named `label`; nothing where the link is too long for one.
#[component]
pub fn Qr(#[prop(into)] link: String, #[prop(into)] label: String) -> impl IntoView {
    drawing(&link).map(|drawing| {
        view! {
            <svg class="code" role="img" aria-label=label viewBox=drawing.view_box>
                <rect class="ground" width="100%" height="100%"></rect>
                <path class="modules" d=drawing.path shape-rendering="crispEdges"></path>
            </svg>
        }
    })
}

struct Drawing {
    view_box: String,
    path: String,
}

/// One rectangle for each run of dark modules in a row.
fn drawing(link: &str) -> Option<Drawing> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET_MODULES;
    let mut path = String::new();
    for (row, modules) in code.into_colors().chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = modules[column..]
                .iter()
                .take_while(|m| **m == Color::Dark)
                .count();
            if run > 0 {
                let (x, y) = (column + QUIET_MODULES, row + QUIET_MODULES);
                write!(path, "M{x} {y}h{run}v1h-{run}z").expect("writing to a String cannot fail");
            }
            column += run.max(1);
        }
    }
    Some(Drawing {
        view_box: format!("0 0 {side} {side}"),
        path,
    })
}
