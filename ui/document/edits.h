#pragma once

#include "spec/component_info.h"
#include "ui/document/remarks.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

// What can be done to a document, as pure functions of its value. They are called inside
// PipelineDocument::edit(), one or several for one undo step. What names something that is not there changes
// nothing. Those that add, remove or wire first give every node the place it is shown at, so that nothing
// jumps. Edges come by value: they may be those of the document that is changed.
namespace ui::edits {

using Nodes = std::set<engine::NodeId>;

// Ids that no node, group or definition has: the title in small letters, with a number if it is taken.
class FreeIds {
public:
    explicit FreeIds(const engine::PipelineSpec& spec);
    engine::NodeId take(const std::string& title);  // from then on it is taken

private:
    std::unordered_set<std::string> m_taken;
    std::map<std::string, int> m_next;  // of each title, the first number that may be free
};

engine::NodeId addNode(DocumentState& state, const engine::ComponentInfo& component, const QPointF& at);
// With `reconnects`, what fed a node then feeds what read from it.
void removeNodes(DocumentState& state, const Nodes& nodes, bool reconnects);

// With `replaces`, the edges that the input has go first.
void connect(DocumentState& state, engine::EdgeSpec edge, bool replaces);
void disconnect(DocumentState& state, engine::EdgeSpec edge);
// Cuts an edge and leads it through nodes: into `in`, out of `out`. What follows moves on if there is no
// room.
void insertOnEdge(DocumentState& state, engine::EdgeSpec edge, const engine::PortRef& in,
                  const engine::PortRef& out);

void moveNodes(DocumentState& state, const Layout& places);
void rename(DocumentState& state, const engine::NodeId& node, const std::string& title);
// A null value takes the parameter out.
void setParam(DocumentState& state, const engine::NodeId& node, const std::string& name,
              const engine::Json& value);
// What a fix-it changes: a parameter of its node, or without one a member of the settings.
void applyFix(DocumentState& state, const engine::FixIt& fix);
void setDisabled(DocumentState& state, const Nodes& nodes, bool isDisabled);

// The layered layout of these nodes, or of all when there are none; the upper left corner stays.
void tidy(DocumentState& state, const Nodes& nodes);
enum class Alignment { Left, Top, Across, Down };  // the last two: equal distances
void align(DocumentState& state, const Nodes& nodes, Alignment alignment);

}  // namespace ui::edits
