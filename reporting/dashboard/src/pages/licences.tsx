export function LicencesPage(_: any) { return null; }
