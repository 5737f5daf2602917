export function EnrolmentPage(_: any) { return null; }
