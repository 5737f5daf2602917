// The page's words in both languages, and times as Vietnam reads them.

const words = {
  signIn: ["Đăng nhập", "Sign in"],
  signOut: ["Đăng xuất", "Sign out"],
  user: ["Tên đăng nhập", "User name"],
  password: ["Mật khẩu", "Password"],
  otherLanguage: ["English", "Tiếng Việt"],
  wrong_login: ["Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or the password is wrong."],
  too_many_attempts: ["Sai mật khẩu quá nhiều lần. Thử lại sau {minutes} phút.", "Too many wrong passwords. Try again in {minutes} minutes."],
  not_signed_in: ["Phiên làm việc đã hết. Mời đăng nhập lại.", "The session is over. Please sign in again."],
  device_unknown: ["Không có máy này.", "There is no such PC."],
  unreachable: ["Trung tâm không trả lời. Kiểm tra mạng rồi thử lại.", "The centre does not answer. Check the network and try again."],
  failed: ["Không thực hiện được: ", "This did not work: "],
  units: ["Đơn vị", "Units"],
  unit: ["Đơn vị", "Unit"],
  noUnits: ["Chưa có đơn vị nào. Tạo bằng lệnh: wardwatch-central unit add TÊN", "There is no unit yet. Make one: wardwatch-central unit add NAME"],
  noDevices: ["Đơn vị này chưa có máy nào ghi danh.", "No PC of this unit has enrolled yet."],
  devices: ["Số máy", "PCs"],
  hostName: ["Tên máy", "PC"],
  status: ["Kết quả", "Result"],
  grave: ["Nghiêm trọng", "Grave"],
  violation: ["Vi phạm", "Violation"],
  advice: ["Khuyến nghị", "Advice"],
  failedRules: ["Quy định không đạt", "Rules failed"],
  unknownRules: ["Quy định chưa rõ", "Rules unknown"],
  lastReport: ["Báo cáo gần nhất", "Last report"],
  lastSeen: ["Liên lạc gần nhất", "Last contact"],
  agentVersion: ["Phiên bản", "Version"],
  revoked: ["đã thu hồi", "revoked"],
  pass: ["Đạt", "Pass"],
  fail: ["Không đạt", "Fail"],
  unknown: ["Chưa rõ", "Unknown"],
  silent: ["Im lặng", "Silent"],
  not_applicable: ["Không áp dụng", "Not applicable"],
  never: ["chưa có", "none yet"],
  noReport: ["Máy này đã ghi danh nhưng chưa gửi báo cáo.", "This PC has enrolled and has not reported yet."],
  scanNow: ["Quét ngay", "Scan now"],
  scan_waiting: ["Đang chờ máy nhận lệnh…", "Waiting for the PC to take the request…"],
  scan_delivered: ["Máy đã nhận lệnh…", "The PC has the request…"],
  scan_running: ["Đang quét: bước {position}/{count}…", "Scanning: step {position} of {count}…"],
  scan_sending: ["Đã quét xong, báo cáo đang được gửi…", "Scanned; the report is on its way…"],
  scan_done: ["Đã có báo cáo mới.", "The new report is here."],
  scan_failed: ["Quét không thành công: {problem}", "The scan failed: {problem}"],
  scan_expired: ["Yêu cầu quét đã hết hạn.", "The request to scan has expired."],
  scan_offline: ["Máy đang ngoại tuyến; nó sẽ quét khi trở lại trong vòng 24 giờ.", "The PC is offline; it scans when it comes back within 24 hours."],
  no_device: ["Không thể yêu cầu máy này quét.", "This PC cannot be asked to scan."],
  reportTaken: ["Ghi nhận lúc", "Taken"],
  reportReceived: ["Trung tâm nhận lúc", "Received"],
  confirmed: ["Còn đúng lúc", "Held still"],
  judged: ["Đánh giá lúc", "Judged"],
  policy: ["Quy định", "Policy"],
  clause: ["Mục {clause}", "Clause {clause}"],
  rule: ["Quy định", "Rule"],
  severity: ["Mức độ", "Severity"],
  observed: ["Ghi nhận", "Observed"],
  required: ["Yêu cầu", "Required"],
  since: ["Từ lúc", "Since"],
  remedy: ["Cách khắc phục", "How to fix it"],
  facts: ["Số liệu thu thập", "Collected facts"],
  fact: ["Số liệu", "Fact"],
  value: ["Giá trị", "Value"],
  instance: ["Đối tượng", "Subject"],
  source: ["Nguồn", "Source"],
  date: ["Ngày giờ", "Date"],
  filter: ["Lọc (không cần gõ dấu)", "Filter"],
  shown: ["Hiện {shown} / {all}", "{shown} of {all} shown"],
  timeZone: ["Giờ Việt Nam (Asia/Ho_Chi_Minh).", "Times are Vietnam's (Asia/Ho_Chi_Minh)."],
};

const stored = "wardwatch-language";
// A browser may refuse storage; then the language lasts as long as the page.
const remembered = () => { try { return localStorage.getItem(stored); } catch { return null; } };

export let language = remembered() === "en" ? "en" : "vi";

export function setLanguage(next) {
  language = next;
  document.documentElement.lang = next;
  try { localStorage.setItem(stored, next); } catch { /* see remembered() */ }
}

export const otherLanguage = () => (language === "vi" ? "en" : "vi");

/** The words for a key, with {names} filled in. */
export function say(key, values = {}) {
  const text = words[key]?.[language === "vi" ? 0 : 1] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const knows = (key) => key in words;

/** The API's {vi, en}. */
export const inLanguage = (text) => text[language];

/** "22/11/2026 10:04", in English "2026-11-22 10:04", in Vietnam's time, whatever the PC's zone. */
export function timeText(instant) {
  if (!instant) return say("never");
  const parts = new Intl.DateTimeFormat("vi-VN", {
    timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(new Date(instant));
  const part = (type) => parts.find((p) => p.type === type).value;
  const date = language === "vi" ? ["day", "month", "year"].map(part).join("/") : ["year", "month", "day"].map(part).join("-");
  return `${date} ${part("hour")}:${part("minute")}`;
}
