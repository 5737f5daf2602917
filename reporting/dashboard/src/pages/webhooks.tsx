export function WebhooksPage(_: any) { return null; }
