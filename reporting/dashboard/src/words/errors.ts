// The centre's code words for what it refuses, and what to do then. [Vietnamese, English]
export const errorWords = {
  errorTitle: ["Chưa lấy được dữ liệu", "The data could not be fetched"],
  failed: ["Không thực hiện được.", "This did not work."],
  centreSays: ["Chi tiết (tiếng Anh)", "Details"],
  unreachable: [
    "Trung tâm không trả lời. Kiểm tra mạng rồi thử lại.",
    "The centre does not answer. Check the network and try again.",
  ],
  not_found: [
    "Phiên bản trung tâm đang chạy chưa có chức năng này. Hãy cập nhật wardwatch-central.",
    "The running centre does not have this function yet. Update wardwatch-central.",
  ],
  method_not_allowed: [
    "Phiên bản trung tâm đang chạy chưa có chức năng này. Hãy cập nhật wardwatch-central.",
    "The running centre does not have this function yet. Update wardwatch-central.",
  ],
  page_mistake: [
    "Trang gặp lỗi khi hiển thị. Tải lại trang; nếu vẫn lỗi, báo cho quản trị viên.",
    "The page made a mistake. Reload it; if that does not help, tell the administrator.",
  ],
  internal: ["Trung tâm gặp lỗi nội bộ. Xem nhật ký của trung tâm.", "The centre had an internal error. See its log."],
  internal_error: [
    "Trung tâm gặp lỗi nội bộ. Xem nhật ký của trung tâm.",
    "The centre had an internal error. See its log.",
  ],
  wrong_login: ["Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or the password is wrong."],
  wrong_code: [
    "Mã xác thực không đúng. Mỗi mã chỉ dùng được một lần; chờ mã tiếp theo rồi thử lại.",
    "The code is wrong. Each code serves once; wait for the next one and try again.",
  ],
  code_needed: [
    "Tài khoản này cần mã xác thực. Nhập mã 6 chữ số trong ứng dụng xác thực.",
    "This account needs a second factor. Enter the 6 digits that your authenticator app shows.",
  ],
  too_many_attempts: [
    "Sai quá nhiều lần. Thử lại sau {minutes} phút.",
    "Too many wrong attempts. Try again in {minutes} minutes.",
  ],
  too_many_requests: [
    "Quá nhiều yêu cầu trong thời gian ngắn. Chờ một lát rồi thử lại.",
    "Too many requests in a short time. Wait a moment and try again.",
  ],
  not_signed_in: ["Phiên làm việc đã hết. Mời đăng nhập lại.", "The session is over. Please sign in again."],
  not_allowed: [
    "Vai trò của bạn không có quyền này. Hãy liên hệ quản trị viên.",
    "Your role does not allow this. Ask an administrator.",
  ],
  csrf: [
    "Phiên làm việc đã đổi. Tải lại trang rồi thử lại.",
    "The session has changed. Reload the page and try again.",
  ],
  password_change_needed: ["Phải đặt mật khẩu mới trước.", "A new password must be set first."],
  bad_request: ["Dữ liệu nhập chưa đúng.", "What was entered is not right."],
  bad_json: ["Dữ liệu gửi đi chưa đúng.", "What was sent is not right."],
  too_large: ["Tệp quá lớn.", "The file is too large."],
  device_unknown: [
    "Không có máy này, hoặc máy thuộc đơn vị mà bạn không được xem.",
    "There is no such PC, or it belongs to a unit that you may not see.",
  ],
  unit_unknown: [
    "Không có đơn vị này, hoặc bạn không được xem đơn vị này.",
    "There is no such unit, or you may not see it.",
  ],
  scan_unknown: ["Không có đợt quét này; có thể đã quá cũ.", "There is no such scan; it may be too long ago."],
  no_device: [
    "Không có máy nào để quét: máy đã bị thu hồi hoặc chưa ghi danh.",
    "There is no PC to scan: none is enrolled and not revoked.",
  ],
  user_unknown: ["Không có người dùng này.", "There is no such user."],
  user_exists: ["Đã có người dùng này.", "There is such a user already."],
  second_factor_needed: [
    "Vai trò của bạn phải dùng xác thực hai bước. Tải lại trang để bật.",
    "Your role needs a second factor. Reload the page to set it up.",
  ],
  account_unknown: ["Không có tài khoản dịch vụ này.", "There is no such service account."],
  account_refused: [
    "Không thực hiện được: tên đã có, hoặc người này không thể là chủ sở hữu.",
    "Not possible: the name is taken, or this user cannot be its owner.",
  ],
  session_unknown: ["Phiên này đã kết thúc.", "This session is over already."],
  wrong_password: ["Mật khẩu hiện tại không đúng.", "The present password is wrong."],
  password_too_short: ["Mật khẩu mới phải có ít nhất 12 ký tự.", "The new password needs at least 12 characters."],
  password_too_long: ["Mật khẩu mới quá dài.", "The new password is too long."],
  password_needs_lower: ["Mật khẩu mới phải có chữ thường.", "The new password needs a lower-case letter."],
  password_needs_upper: ["Mật khẩu mới phải có chữ hoa.", "The new password needs an upper-case letter."],
  password_needs_digit: ["Mật khẩu mới phải có chữ số.", "The new password needs a digit."],
  password_needs_special: ["Mật khẩu mới phải có ký tự đặc biệt.", "The new password needs a special character."],
  password_well_known: [
    "Mật khẩu này quá phổ biến hoặc là dãy phím liền nhau. Chọn từ ngữ của riêng bạn.",
    "The password is a well-known one or a row of keys; choose words of your own.",
  ],
  password_like_name: ["Mật khẩu không được chứa tên của người dùng.", "The password must not hold the user's name."],
  password_not_new: ["Đây là mật khẩu cũ. Chọn mật khẩu khác.", "This is the old password; choose another."],
  directory_user: [
    "Tài khoản này thuộc thư mục của cơ quan; thay đổi tại đó.",
    "This account is the directory's; change it there.",
  ],
  totp_enabled: [
    "Xác thực hai bước đã bật; tắt trước khi đặt lại.",
    "A second factor is set up already; end it first.",
  ],
  totp_not_begun: [
    "Hãy bắt đầu lại: khóa bí mật chỉ chờ 15 phút.",
    "Begin again: the secret waits for 15 minutes only.",
  ],
  report_unknown: ["Máy này không có báo cáo đó.", "This PC has no such report."],
  waiver_unknown: ["Không có miễn trừ này.", "There is no such waiver."],
  waiver_ended: ["Miễn trừ này đã kết thúc.", "This waiver has ended already."],
  unit_conflict: ["Không thực hiện được với cây đơn vị này.", "The tree of units does not allow this."],
  licence_unknown: ["Không có bản quyền này.", "There is no such licence."],
  policy_changed: [
    "Quy định vừa được người khác thay đổi. Tải lại trang rồi thử lại.",
    "Somebody else has changed the policy. Reload and try again.",
  ],
  nothing_changed: ["Chưa có gì khác so với bản đang áp dụng.", "This is the policy that is in force already."],
  bad_policy: ["Quy định chưa đúng.", "The policy is not right."],
  weak_password: ["Mật khẩu mới chưa đạt yêu cầu.", "The new password does not follow the rules."],
  password_weak: ["Mật khẩu mới chưa đạt yêu cầu.", "The new password does not follow the rules."],
  not_csv: [
    "Tệp không phải CSV. Lưu bảng tính dưới dạng CSV UTF-8 rồi chọn lại.",
    "The file is no CSV. Save the table as CSV UTF-8 and choose it again.",
  ],
  not_for_tokens: [
    "Việc này cần người đăng nhập, không dùng mã API.",
    "A person has to sign in for this; an API token cannot do it.",
  ],
  bad_url: [
    "Địa chỉ chưa đúng: phải bắt đầu bằng https:// và là máy khác với trung tâm.",
    "The address is not right: it starts with https:// and is not the centre's own machine.",
  ],
  licence_refused: [
    "Bản quyền này chưa hợp lệ: kiểm tra số lượng, ngày hết hạn và tên trùng.",
    "This licence cannot be kept: look at seats, end date and a name that exists already.",
  ],
  web_system_refused: [
    "Hệ thống này chưa hợp lệ: tên đã có hoặc đơn vị không còn.",
    "This system cannot be kept: its name exists already, or its unit does not exist any more.",
  ],
  web_system_unknown: ["Không có hệ thống này.", "There is no such web system."],
  web_account_unknown: ["Không có tài khoản này.", "There is no such account."],
  schedule_unknown: ["Lịch gửi báo cáo này đã bị xóa.", "This schedule was removed meanwhile."],
  webhook_unknown: ["Không có webhook này.", "There is no such webhook."],
  dead_letter_unknown: [
    "Tin này không còn trong danh sách gửi hỏng.",
    "This message is not among those given up any more.",
  ],
  token_unknown: ["Không có mã này.", "There is no such token."],
  version_unknown: ["Quy định không có phiên bản này.", "The policy has no such version."],
  not_possible: [
    "Không thực hiện được: phải còn ít nhất một quản trị viên đang hoạt động.",
    "Not possible: at least one administrator has to remain.",
  ],
} as const;
