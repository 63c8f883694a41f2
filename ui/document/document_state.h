#pragma once

#include "base/result.h"
#include "spec/pipeline_spec.h"

#include <QByteArray>
#include <QPointF>
#include <QString>

#include <functional>
#include <map>
#include <vector>

namespace ui {

using Layout = std::map<engine::NodeId, QPointF>;  // upper left corners, in scene units

// The whole document as one value. `layout` is read out of the spec when it is opened and written back when
// it is saved; in between the member here is the truth.
struct DocumentState {
    engine::PipelineSpec spec{};
    Layout layout{};
    bool operator==(const DocumentState&) const = default;
};
using Edit = std::function<void(DocumentState&)>;

DocumentState stateFromSpec(engine::PipelineSpec spec);
engine::PipelineSpec specFromState(const DocumentState& state);

// A document as it was read; made on any thread, shown on one.
struct ReadDocument {
    DocumentState state{};
    std::vector<engine::Diagnostic> diagnostics{};
    bool isReadOnly = false;
    QByteArray text{};  // as it was written; kept only when read-only, since the state is then not all of it
    QByteArray digest{};  // of the file it was read from; empty: of none
};
QByteArray digestOf(const QByteArray& bytes);
QByteArray digestOfFile(const QString& path);  // empty: it is not there, or cannot be read
ReadDocument readText(const QByteArray& text);
// What nodes of the same id say alike is one value from now on, so that a step between the two costs only
// what differs. Any thread.
void shareParams(DocumentState& state, const DocumentState& with);
engine::Result<ReadDocument> readDocument(const QString& path);
// Adds what the document says that this program does not know.
void addUnknownMembers(const engine::Parsed& parsed, std::vector<engine::Diagnostic>& into);
// What keeping it takes besides `before`, roughly: the texts and numbers, and the places they stand in.
std::size_t bytesOf(const DocumentState& state, const DocumentState* before);

}  // namespace ui
