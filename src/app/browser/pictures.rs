//! Pictures: decoded by the browser, drawn smaller on a canvas, encoded again, and shown by an address
//! that holds as long as its handle.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, Url};

use super::window;
use crate::ports::{Handle, Later, Picture, Pictures};

pub(super) struct BrowserPictures;

impl Pictures for BrowserPictures {
    fn decode(&self, file: Vec<u8>) -> Later<Option<Box<dyn Picture>>> {
        Box::pin(async move {
            let bitmap = decode(&file).await.ok()?;
            Some(Box::new(Bitmap(bitmap)) as Box<dyn Picture>)
        })
    }

    fn show(&self, bytes: &[u8]) -> Option<(String, Box<dyn Handle>)> {
        let blob = blob(bytes).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        Some((address.clone(), Box::new(Address(address))))
    }
}

struct Address(String);

impl Handle for Address {}

impl Drop for Address {
    fn drop(&mut self) {
        // Fails only for what is no address.
        let _ = Url::revoke_object_url(&self.0);
    }
}

struct Bitmap(ImageBitmap);

impl Drop for Bitmap {
    fn drop(&mut self) {
        // It may take a hundred megabytes, which the browser would keep until it tidies up.
        self.0.close();
    }
}

impl Picture for Bitmap {
    fn size(&self) -> (u32, u32) {
        (self.0.width(), self.0.height())
    }

    fn encode(&self, width: u32, height: u32, quality: f64) -> Later<Option<Vec<u8>>> {
        let drawn = draw(&self.0, width, height);
        Box::pin(async move { encode(&drawn.ok()?, quality).await.ok() })
    }
}

fn blob(bytes: &[u8]) -> Result<Blob, JsValue> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))
}

/// The picture as it is to be seen: browsers turn it as its Exif says.
async fn decode(file: &[u8]) -> Result<ImageBitmap, JsValue> {
    let decoding = window().create_image_bitmap_with_blob(&blob(file)?)?;
    JsFuture::from(decoding).await?.dyn_into()
}

fn draw(bitmap: &ImageBitmap, width: u32, height: u32) -> Result<HtmlCanvasElement, JsValue> {
    let document = window().document().ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    let (width, height) = (f64::from(width), f64::from(height));
    // A JPEG has no holes: what can be seen through in the picture becomes paper.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)?;
    Ok(canvas)
}

async fn encode(canvas: &HtmlCanvasElement, quality: f64) -> Result<Vec<u8>, JsValue> {
    let encoding = Promise::new(&mut |resolve, reject| {
        let kind = "image/jpeg";
        let begun = canvas.to_blob_with_type_and_encoder_options(&resolve, kind, &quality.into());
        if let Err(error) = begun {
            // Whoever waits for it hears of it in the same way.
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    let encoded: Blob = JsFuture::from(encoding).await?.dyn_into()?;
    let bytes = JsFuture::from(encoded.array_buffer()).await?;
    Ok(Uint8Array::new(&bytes).to_vec())
}
