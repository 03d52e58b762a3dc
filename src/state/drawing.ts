import { LeewayError } from '../errors/leeway-error.ts';

const fault = (): LeewayError =>
  new LeewayError(
    'internal',
    'This browser could not make a picture of the drawing.',
    'Save it as SVG instead.',
  );

/** An SVG drawing as a PNG picture, so many times as large as it says it is. Throws internal. */
export async function pngOf(svg: string, scale: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode().catch(() => {
      throw fault();
    });
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const context = canvas.getContext('2d');
    if (!context) throw fault();
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw fault();
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}
