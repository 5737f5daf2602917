export function PolicyPage(_: any) { return null; }
