// Pictures as a camera would leave them: drawn by the browser, with a place and a way up in their Exif.

/** A JPEG whose upper half is blue and whose lower half is green, when it is the right way up. */
export async function photograph(page, { width = 1200, height = 900 } = {}) {
  const base64 = await page.evaluate(
    ([width, height]) => {
      // As a camera held upright leaves it: lying on its side, and a note in the Exif which way up it is.
      const canvas = document.createElement('canvas');
      canvas.width = height;
      canvas.height = width;
      const context = canvas.getContext('2d');
      context.fillStyle = '#3a7bd5';
      context.fillRect(0, 0, height / 2, width);
      context.fillStyle = '#4f8f2f';
      context.fillRect(height / 2, 0, height / 2, width);
      context.fillStyle = '#ffd43b';
      context.beginPath();
      context.arc(height / 4, width / 4, height / 10, 0, 7);
      context.fill();
      return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
    },
    [width, height],
  );
  const jpeg = Buffer.from(base64, 'base64');
  return Buffer.concat([jpeg.subarray(0, 2), exif(), jpeg.subarray(2)]);
}

/** What stands in the Exif below, and must never leave the device. */
export const PLACE = 'TAKEN AT MRS MILLERS HOUSE';

/** A segment that says how the picture is turned, and where it was taken. */
function exif() {
  const note = Buffer.from(`${PLACE}\0`);
  const tiff = Buffer.alloc(8 + 2 + 3 * 12 + 4 + 2 + 12 + 4);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(3, 8);
  const entry = (at, tag, type, count, value) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  // The description, the way up (turned by a quarter), and where the part about the place begins.
  entry(10, 0x010e, 2, note.length, tiff.length);
  entry(22, 0x0112, 3, 1, 6);
  entry(34, 0x8825, 4, 1, 50);
  // The northern half of the world, which is enough to be a place.
  tiff.writeUInt16LE(1, 50);
  entry(52, 0x0001, 2, 2, 0x4e);
  const content = Buffer.concat([Buffer.from('Exif\0\0'), tiff, note]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}
