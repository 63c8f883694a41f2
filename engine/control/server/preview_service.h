#pragma once

#include "catalog/component.h"
#include "spec/messages.h"

#include <QObject>

#include <atomic>
#include <optional>

namespace engine {

// What is tried out without a job of the user's: the rows round one node, and what a file holds. Lives on a
// thread of its own, since both may block for seconds. Keeps the rows before the node that was asked for
// last, so that a change of the node itself reads nothing again.
class PreviewService : public QObject {
    Q_OBJECT
public:
    PreviewService(const Catalog& catalog, Env& env);

    // Of previews asked for one after the other only the newest is worked on.
    std::uint64_t announce() { return ++m_newest; }  // any thread; the number of a request
    PreviewReply preview(const PreviewRequest& request, std::uint64_t number);
    // Looks at the file of a source's first parameter that is a path.
    Result<Detected> detect(const PipelineSpec& spec, const std::string& baseDirectory, const NodeId& node);
    void cancel() { m_isCancelled = true; }  // any thread; for good

private:
    struct Kept {
        PipelineSpec spec{};
        Constants constants{};
        std::string baseDirectory{};
        std::vector<PortRef> ports{};
        std::vector<PortRows> rows{};
        MonotonicTime at{};
    };
    Result<std::vector<PortRows>> rowsOf(const PreviewRequest& request, const PipelineSpec& plain,
                                         const Constants& constants, const std::vector<PortRef>& ports,
                                         std::uint64_t number);

    const Catalog& m_catalog;
    Env& m_env;
    std::optional<Kept> m_kept;
    std::atomic<std::uint64_t> m_newest = 0;
    std::atomic<bool> m_isCancelled = false;
};

}  // namespace engine
