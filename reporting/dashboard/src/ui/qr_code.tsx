// A text as a QR code, drawn on white in both themes: cameras need dark on light.
import qrcode from "qrcode-generator";

const margin = 4;

export function QrCode({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let squares = "";
  for (let row = 0; row < size; ++row) {
    for (let column = 0; column < size; ++column) {
      if (code.isDark(row, column)) squares += `M${column + margin} ${row + margin}h1v1h-1z`;
    }
  }
  const side = size + 2 * margin;
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={side} height={side} fill="#fff" />
      <path d={squares} fill="#000" />
    </svg>
  );
}
