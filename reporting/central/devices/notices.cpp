// The words of notices, once for page, API and command line.
#include "reporting/central/devices/notices.h"

#include <array>
#include <utility>

namespace wardwatch {

namespace {

constexpr std::array<std::pair<NoticeKind, std::string_view>, 7> notice_names{
    {{NoticeKind::clone, "clone"},
     {NoticeKind::hardware_changed, "hardware_changed"},
     {NoticeKind::same_hardware, "same_hardware"},
     {NoticeKind::forgets, "forgets"},
     {NoticeKind::count_jumps, "count_jumps"},
     {NoticeKind::from_the_future, "from_the_future"},
     {NoticeKind::lost_checks, "lost_checks"}}};

}  // namespace

std::string_view name_of(NoticeKind kind) {
    for (const auto& [each, name] : notice_names)
        if (each == kind) return name;
    return "";
}

std::optional<NoticeKind> notice_kind_from(std::string_view name) {
    for (const auto& [kind, each] : notice_names)
        if (each == name) return kind;
    return std::nullopt;
}

Text notice_text(const Notice& notice, const std::string& other) {
    switch (notice.kind) {
        case NoticeKind::clone:
            return {
                "Hai máy khác phần cứng luân phiên dùng chung một mã máy: có máy được nhân bản từ máy "
                "kia. Bản sao tự nhận mã riêng; bản cài cũ thì phải xóa thư mục dữ liệu rồi ghi danh lại.",
                "Two PCs of different hardware take turns under this device id: one is a copy of the other. The copy "
                "takes an id of its own; of an older version, delete its data folder and enrol it again."};
        case NoticeKind::hardware_changed:
            return {
                "Phần cứng đã khác trước. Nếu máy vừa được sửa hoặc thay linh kiện thì xác nhận; nếu không, có thể dữ "
                "liệu của máy này đã được chép sang máy khác.",
                "Its hardware is another than before. Confirm it where the PC was repaired; if it was not, its data "
                "may have been copied to another PC."};
        case NoticeKind::same_hardware:
            return {"Cùng phần cứng với máy đã ghi danh " + other +
                        ": máy đã được cài lại. Có thể cho máy này tiếp quản vị trí của máy cũ.",
                    "The same hardware as the enrolled PC " + other +
                        ": it was set up anew. It can take over that PC's place."};
        case NoticeKind::forgets:
            return {
                "Máy quay về trạng thái cũ trên cùng phần cứng: bị đóng băng (Deep Freeze hoặc tương tự) hoặc được "
                "khôi "
                "phục. Báo cáo vẫn được tính.",
                "It went back to an older state on the same hardware: it is frozen (Deep Freeze and the like), or was "
                "restored. Its reports count."};
        case NoticeKind::count_jumps:
            return {"Số báo cáo đã lưu tăng vọt, nhiều hơn máy có thể tạo ra trong thời gian đó.",
                    "The number of reports that it has stored grew by far more than it can have made in that time."};
        case NoticeKind::from_the_future:
            return {"Có báo cáo ghi thời điểm muộn hơn lúc nhận: đồng hồ của máy chạy nhanh.",
                    "A report was taken later than it arrived: the PC's clock is ahead."};
        case NoticeKind::lost_checks:
            return {"Báo cáo không còn nói gì về các mục kiểm tra trước đây vẫn có: " + notice.about + ".",
                    "Its reports tell nothing any more of checks of which they told before: " + notice.about + "."};
    }
    return {};
}

}  // namespace wardwatch
