#pragma once

#include "ui/document/pipeline_document.h"

#include <QRectF>

#include <compare>
#include <optional>
#include <set>
#include <string>

namespace ui {

enum class RemarkKind { Note, Frame };

// A note, or a frame round nodes, by its place in the document's list. Members of a list that cannot be read
// as one count too: they stay where they are and are not shown.
struct RemarkRef {
    RemarkKind kind = RemarkKind::Note;
    std::size_t index = 0;
    auto operator<=>(const RemarkRef&) const = default;
};

// What is shown of it. The document may say more, which is kept.
struct Remark {
    std::string text{};  // of a note, or the title of a frame
    QRectF rect{};
    bool operator==(const Remark&) const = default;
};

inline constexpr double kRemarkLeast = 48;  // width and height at least

std::optional<Remark> remarkOf(const engine::PipelineSpec& spec, const RemarkRef& ref);
std::map<RemarkRef, Remark> remarksOf(const engine::PipelineSpec& spec);

namespace edits {

// Pure functions of the document's value, as in edits.h.
std::optional<RemarkRef> addRemark(DocumentState& state, RemarkKind kind, const Remark& remark);
void setRemark(DocumentState& state, const RemarkRef& ref, const Remark& remark);
void removeRemarks(DocumentState& state, const std::set<RemarkRef>& refs);

}  // namespace edits

}  // namespace ui
