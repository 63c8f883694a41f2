#include "ui/document/remarks.h"

#include <algorithm>

namespace ui {

namespace {

const engine::Json& listOf(const engine::PipelineSpec& spec, RemarkKind kind)
{
    return kind == RemarkKind::Note ? spec.notes : spec.frames;
}

engine::Json& listOf(engine::PipelineSpec& spec, RemarkKind kind)
{
    return kind == RemarkKind::Note ? spec.notes : spec.frames;
}

const char* textMember(RemarkKind kind) { return kind == RemarkKind::Note ? "text" : "title"; }

std::optional<QPointF> pairOf(const engine::Json& object, std::string_view name)
{
    const engine::Json* value = engine::findMember(object, name);
    if (!value || !value->is_array() || value->size() != 2 || !(*value)[0].is_number() ||
        !(*value)[1].is_number())
        return {};
    return QPointF((*value)[0].get<double>(), (*value)[1].get<double>());
}

std::optional<Remark> readRemark(const engine::Json& json, RemarkKind kind)
{
    if (!json.is_object()) return {};
    const auto at = pairOf(json, "at"), size = pairOf(json, "size");
    if (!at) return {};
    Remark remark;
    if (const engine::Json* text = engine::findMember(json, textMember(kind)); text && text->is_string())
        remark.text = text->get<std::string>();
    const QPointF extent = size.value_or(QPointF(240, 80));
    remark.rect = QRectF(*at, QSizeF(std::max(extent.x(), kRemarkLeast), std::max(extent.y(), kRemarkLeast)));
    return remark;
}

void writeRemark(engine::Json& json, RemarkKind kind, const Remark& remark)
{
    json[textMember(kind)] = remark.text;
    json["at"] = {remark.rect.x(), remark.rect.y()};
    json["size"] = {std::max(remark.rect.width(), kRemarkLeast),
                    std::max(remark.rect.height(), kRemarkLeast)};
}

}  // namespace

std::optional<Remark> remarkOf(const engine::PipelineSpec& spec, const RemarkRef& ref)
{
    const engine::Json& list = listOf(spec, ref.kind);
    if (!list.is_array() || ref.index >= list.size()) return {};
    return readRemark(list[ref.index], ref.kind);
}

std::map<RemarkRef, Remark> remarksOf(const engine::PipelineSpec& spec)
{
    std::map<RemarkRef, Remark> remarks;
    for (const RemarkKind kind : {RemarkKind::Note, RemarkKind::Frame}) {
        const engine::Json& list = listOf(spec, kind);
        if (!list.is_array()) continue;
        for (std::size_t i = 0; i < list.size(); ++i)
            if (auto remark = readRemark(list[i], kind)) remarks[{kind, i}] = std::move(*remark);
    }
    return remarks;
}

namespace edits {

std::optional<RemarkRef> addRemark(DocumentState& state, RemarkKind kind, const Remark& remark)
{
    engine::Json& list = listOf(state.spec, kind);
    if (list.is_null()) list = engine::Json::array();
    if (!list.is_array()) return {};
    engine::Json json = engine::Json::object();
    writeRemark(json, kind, remark);
    list.push_back(std::move(json));
    return RemarkRef{kind, list.size() - 1};
}

void setRemark(DocumentState& state, const RemarkRef& ref, const Remark& remark)
{
    if (remarkOf(state.spec, ref) && remarkOf(state.spec, ref) != remark)
        writeRemark(listOf(state.spec, ref.kind)[ref.index], ref.kind, remark);
}

void removeRemarks(DocumentState& state, const std::set<RemarkRef>& refs)
{
    // From the last to the first, so that the places of those still to go stay right.
    for (auto ref = refs.rbegin(); ref != refs.rend(); ++ref) {
        engine::Json& list = listOf(state.spec, ref->kind);
        if (!list.is_array() || ref->index >= list.size()) continue;
        list.erase(ref->index);
        if (list.empty()) list = nullptr;
    }
}

}  // namespace edits

}  // namespace ui
