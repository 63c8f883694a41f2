#pragma once

#include "base/env.h"
#include "fake_documents.h"
#include "spec/document_settings.h"
#include "spec/settings_schema.h"
#include "ui/document/clip.h"
#include "ui/document/parameter_edits.h"
#include "ui/document/views.h"
#include "ui/graph/auto_layout.h"

#ifndef Q_MOC_RUN
#include "catalog/component.h"
#endif

#include <array>
#include <map>

namespace tst_ui_random_edits {

using namespace engine;
using namespace ui;

// Edits of a document's value by chance, of every kind there is, and how often each changed something.
class RandomEdits {
public:
    using Kind = const char*;
    RandomEdits()
    {
        Catalog catalog;
        addBuiltinComponents(catalog);
        m_catalog = catalog.infos();
    }
    void begin(std::uint64_t seed)
    {
        random = Random(seed);
        done.clear();
    }
    const std::vector<ComponentInfo>& catalog() const { return m_catalog; }
    void change(DocumentState& state);
    std::string anyText();
    std::string newId();
    Json anyValue(const ParamField& field);
    const ParamField* anyField(const NodeSpec& node);

    Random random{1};
    std::map<std::string, int> done;

private:
    NodeId anyNode(const DocumentState& state);
    Kind changeNodes(DocumentState& state);
    Kind changeValues(DocumentState& state);
    Kind changeRemarks(DocumentState& state);
    Kind changeHead(DocumentState& state);
    Kind changeViews(DocumentState& state);
    Kind changeWhole(DocumentState& state);

    std::vector<ComponentInfo> m_catalog;
    Clip m_clip;
    std::uint64_t m_ids = 0;
};

inline NodeId RandomEdits::anyNode(const DocumentState& state)
{
    if (state.spec.nodes.empty()) return NodeId{"none"};
    return state.spec.nodes[random.below(state.spec.nodes.size())].id;
}

inline std::string RandomEdits::anyText() { return std::string(random.below(40), 'a') + "<b>é🙂\u0001\"\\"; }

inline std::string RandomEdits::newId()
{
    return QStringLiteral("00000000-0000-4000-8000-%1").arg(++m_ids, 12, 16, QLatin1Char('0')).toStdString();
}

// A value of the field's type, or now and then of another.
inline Json RandomEdits::anyValue(const ParamField& field)
{
    using enum ParamType;
    const auto number = static_cast<int>(random.below(99));
    const std::size_t special = random.below(12);
    if (special == 0) return "${q" + std::to_string(number) + "}";
    if (special == 1) return Json{{"x_other", number}, {"list", {1, nullptr, 2.5}}};
    const auto record = [&] {
        Json row = Json::object();
        for (const ParamField& inner : field.fields)
            if (random.below(3) > 0) row[inner.name] = anyValue(inner);
        return row;
    };
    switch (field.type) {
    case Flag: return number % 2 == 0;
    case Integer: return number;
    case Number: return number / 7.0;
    case Interval: return std::to_string(number) + "s";
    case Size: return std::to_string(number) + "MiB";
    case Time: return "2024-05-01T12:00:00Z";
    case Choice: return field.hints.choices[random.below(field.hints.choices.size())];
    case Columns: return Json{"c" + std::to_string(number), anyText()};
    case Map: return Json{{"k" + std::to_string(number), anyText()}};
    case Record: return record();
    case Records: {
        Json rows = Json::array();
        for (std::size_t i = random.below(4); i > 0; --i) rows.push_back(record());
        return rows;
    }
    case Text:
    case Column:
    case Formula:
    case Path:
    case Secret: break;
    }
    return anyText();
}

// Of the node's component; lists and records as often as all others together.
inline const ParamField* RandomEdits::anyField(const NodeSpec& node)
{
    const auto info = std::find_if(m_catalog.begin(), m_catalog.end(),
                                   [&](const ComponentInfo& each) { return each.id == node.component; });
    if (info == m_catalog.end() || info->params.empty()) return nullptr;
    std::vector<const ParamField*> nested, all;
    for (const ParamField& field : info->params) {
        all.push_back(&field);
        if (!field.fields.empty()) nested.push_back(&field);
    }
    const auto& from = !nested.empty() && random.below(2) ? nested : all;
    return from[random.below(from.size())];
}

inline RandomEdits::Kind RandomEdits::changeNodes(DocumentState& state)
{
    const NodeId node = anyNode(state), other = anyNode(state);
    const auto& edges = state.spec.edges;
    const double x = static_cast<double>(random.below(2000)), y = static_cast<double>(random.below(900));
    switch (random.below(8)) {
    case 0:
    case 1: edits::connect(state, {{node, "out"}, {other, "in"}}, random.below(2) == 0); return "connect";
    case 2:
        if (!edges.empty()) edits::disconnect(state, edges[random.below(edges.size())]);
        return "disconnect";
    case 3: edits::moveNodes(state, {{node, {x, y}}, {other, {y + 0.125, x}}}); return "move";
    case 4: edits::setDisabled(state, {node, other}, random.below(2) == 0); return "switch";
    case 5: edits::tidy(state, random.below(2) ? edits::Nodes{} : edits::Nodes{node, other}); return "tidy";
    case 6:
        edits::align(state, {node, other, anyNode(state)}, static_cast<edits::Alignment>(random.below(4)));
        return "align";
    default:
        if (!edges.empty())
            edits::insertOnEdge(state, edges[random.below(edges.size())], {node, "in"}, {node, "out"});
        return "insert";
    }
}

inline RandomEdits::Kind RandomEdits::changeValues(DocumentState& state)
{
    if (state.spec.nodes.empty()) return "none";
    const NodeSpec& node = state.spec.nodes[random.below(state.spec.nodes.size())];
    const NodeId id = node.id;
    const std::string name = "p" + std::to_string(random.below(4));
    switch (random.below(7)) {
    case 0: edits::rename(state, id, anyText()); return "title";
    case 1:
        edits::setParam(state, id, name, Json(static_cast<double>(random.below(900)) / 7));
        return "own param";
    case 2: edits::setParam(state, id, name, nullptr); return "param out";
    case 3: {
        const ParamField* field = anyField(node);
        edits::applyFix(state, {"Fix", id, field ? field->name : "condition", anyText()});
        return "fix";
    }
    case 4: {
        const SettingField& field = settingFields()[random.below(settingFields().size())];
        const char* texts[]{"7s", "9s", "no value", "at_least_once", "exactly_once"};
        edits::applyFix(state, {"Fix", {}, "settings." + std::string(field.name), texts[random.below(5)]});
        return "settings fix";
    }
    default:
        const ParamField* field = anyField(node);
        if (!field) return "none";
        edits::setParam(state, id, field->name, anyValue(*field));
        return field->type == ParamType::Records ? "list"
            : field->type == ParamType::Record   ? "record"
                                                 : "value";
    }
}

inline RandomEdits::Kind RandomEdits::changeRemarks(DocumentState& state)
{
    const RemarkKind kind = random.below(2) ? RemarkKind::Note : RemarkKind::Frame;
    const Remark remark{"text " + std::to_string(random.below(99)),
                        QRectF(static_cast<double>(random.below(99)), 8, 240.5, 80)};
    const auto remarks = remarksOf(state.spec);
    if (remarks.size() < 4) {
        (void)edits::addRemark(state, kind, remark);
        return "add remark";
    }
    auto any = remarks.begin();
    std::advance(any, static_cast<std::ptrdiff_t>(random.below(remarks.size())));
    if (random.below(2)) {
        edits::setRemark(state, any->first, remark);
        return "set remark";
    }
    edits::removeRemarks(state, {any->first});
    return "remove remark";
}

// Name, parameters and settings.
inline RandomEdits::Kind RandomEdits::changeHead(DocumentState& state)
{
    switch (random.below(4)) {
    case 0: {
        const std::vector<Json> values{Json(), Json(static_cast<int>(random.below(9))), Json("never"),
                                       Json("7s"), Json("no value")};
        const auto& fields = settingsSchema();
        setSetting(state.spec.settings, fields[random.below(fields.size())].name,
                   values[random.below(values.size())]);
        return "settings";
    }
    case 1: state.spec.name = random.below(4) ? anyText() : std::string(); return "name";
    default: break;
    }
    Json rows = parametersToForm(state.spec);
    if (rows.size() < 4 && random.below(2))
        rows.push_back({{"name", "q" + std::to_string(random.below(99))}, {"type", "double"}});
    else if (!rows.empty() && random.below(3) == 0)
        rows.erase(random.below(rows.size()));
    else if (!rows.empty())
        rows[random.below(rows.size())][random.below(2) ? "name" : "unit"] =
            "r" + std::to_string(random.below(99));
    edits::setParameters(state, rows, [](std::string_view) { return nullptr; });
    return "parameters";
}

inline RandomEdits::Kind RandomEdits::changeViews(DocumentState& state)
{
    const ChartView view{{anyNode(state), "out"}, "ts", {"y" + std::to_string(random.below(9))}, "k", "°C"};
    const auto views = viewsOf(state.spec);
    const Threshold threshold{static_cast<double>(random.below(900)) / 7, Threshold::Below, "<low>",
                              Threshold::Critical};
    if (views.size() < 3) {
        (void)edits::addView(state, view);
        return "add view";
    }
    auto any = views.begin();
    std::advance(any, static_cast<std::ptrdiff_t>(random.below(views.size())));
    const auto& thresholds = any->second.thresholds;
    switch (random.below(thresholds.empty() ? 4 : 8)) {
    case 0: edits::removeView(state, any->first); return "remove view";
    case 1: edits::setView(state, any->first, view); return "set view";
    case 2:
    case 3:
        if (thresholds.size() < 4) (void)edits::addThreshold(state, any->first, threshold);
        return "add threshold";
    case 4:
    case 5:
        edits::setThreshold(state, any->first, thresholds.begin()->first, threshold);
        return "set threshold";
    default: edits::removeThreshold(state, any->first, thresholds.begin()->first); return "remove threshold";
    }
}

// Whole nodes.
inline RandomEdits::Kind RandomEdits::changeWhole(DocumentState& state)
{
    const bool isFull = state.spec.nodes.size() > 24;
    if (isFull || random.below(5) == 0) {
        edits::removeNodes(state, {anyNode(state), anyNode(state)}, random.below(2) == 0);
        return "remove node";
    }
    if (random.below(2)) {
        (void)edits::addNode(state, m_catalog[random.below(m_catalog.size())],
                             {static_cast<double>(random.below(1000)), 16});
        return "add node";
    }
    if (random.below(2)) m_clip = makeClip(state, {anyNode(state), anyNode(state)}, {{RemarkKind::Note, 0}});
    (void)edits::paste(state, m_clip, {24, 24}, random.below(2) == 0);
    return "paste";
}

inline void RandomEdits::change(DocumentState& state)
{
    const DocumentState before = state;
    const Kind kind = [&] {
        switch (random.below(10)) {
        case 0: return changeHead(state);
        case 1: return changeViews(state);
        case 2: return changeRemarks(state);
        case 3: return changeWhole(state);
        case 4:
        case 5:
        case 6: return changeValues(state);
        default: return changeNodes(state);
        }
    }();
    done[kind] += state.spec != before.spec || state.layout != before.layout;
}

}  // namespace tst_ui_random_edits
