export function WaiversPage(_: any) { return null; }
