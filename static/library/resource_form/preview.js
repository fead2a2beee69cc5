// A small picture of a file that is still on this computer.

const LONGEST = 320;

/** Return a data URL of at most LONGEST pixels, small enough to come back with the form; empty where none can be drawn. */
export async function preview(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(Math.max(1, bitmap.width * scale), Math.max(1, bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await dataUrl(await canvas.convertToBlob({ type: "image/webp", quality: 0.7 }));
  } catch {
    return "";
  }
}

function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
