#pragma once

#include "ui/properties/param_form.h"
#include "ui/properties/property_editor.h"
#include "ui/session.h"

#include <memory>
#include <optional>

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace ui {

class DetectCard;
class SampleView;

// Everything about one node that can be changed, and what it makes of a few rows: its form, what was said of
// it, detection for sources. Owned by the inspector, GUI thread; knows no component by name.
class NodeEditor : public PropertyEditor {
    Q_OBJECT
public:
    NodeEditor(Session& session, engine::NodeId node, const engine::ComponentInfo& info, QWidget* parent);
    const engine::NodeId& node() const { return m_node; }
    const engine::ComponentInfo& info() const { return m_info; }
    void detect();  // shows what the file or topic holds, where the node reads one
    using Found = engine::Result<engine::Detected>;
    std::optional<Found> found() const;  // what the card shows; none: it is closed, or still looking
    bool isLooking() const;
    void showFound(const Found& found);
    bool isCurrent() const override;
    void refresh() override;
    void focusFirst() override { m_form->focusFirst(); }
    bool hasFields() const override { return !m_info.params.empty(); }
    ParamForm& form() { return *m_form; }
    SampleView& samples() { return *m_samples; }
    DetectCard* detectCard() { return m_card; }  // null when there is nothing to detect
    QString notice() const;                      // what is said of the node as a whole

private:
    const engine::NodeSpec* spec() const;
    const engine::ParamField* detectAt() const;
    void refreshContext();
    void showUnknown(const engine::Json& params);
    void showNotice();
    void takeDetected();

    Session& m_session;
    PipelineDocument& m_document;  // the one that was open when the node was selected
    engine::NodeId m_node;
    const engine::ComponentInfo& m_info;
    FormContext m_context;
    QLabel *m_notice, *m_warning;
    QToolButton* m_fix;
    engine::FixIt m_offered;
    ParamForm* m_form;
    QWidget* m_unknown;
    QVBoxLayout* m_unknownRows;
    QStringList m_unknownNames;
    DetectCard* m_card = nullptr;
    SampleView* m_samples;
    std::optional<Found> m_found;
    std::uint64_t m_detectAsked = 0;
};

}  // namespace ui
