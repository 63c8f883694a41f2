#pragma once

#include "catalog/component.h"
#include "connectors/file/staged_file.h"

#include <functional>
#include <map>
#include <string>

namespace engine {

enum class IfExists { Refuse, Replace, Append };

struct FileSinkOptions {
    std::string path{};
    IfExists ifExists = IfExists::Refuse;
    std::uint64_t rollBytes = 0;  // 0: never by size
    Duration rollInterval{};      // 0: never by time
    std::function<std::unique_ptr<Encoder>()> encoder{};
    bool isRolling() const { return rollBytes > 0 || rollInterval.count() > 0; }
};

// Writes rows to a file that readers see under its final name when the epoch that ends it is decided, and
// never before. Without rolling there is one file, published at the end or at a stop; with it each is
// published at an epoch. Belongs to its sink task.
class FileSink final : public Sink {
public:
    explicit FileSink(FileSinkOptions options) : m_options(std::move(options)) { }
    Status open(SinkContext& context, const std::string& resumeFrom) override;
    Status write(const RecordBatch& batch) override;
    Status flush() override;
    Result<std::string> prepare(Epoch epoch, EpochKind kind) override;
    Status commit(Epoch epoch, const std::string& staged) override;
    Status publishLeftOver(Env& env, const std::string& staged) override;
    // Whether a run could write here, without leaving anything behind.
    Status tryOut(const TryContext& context);

private:
    Status openNew();
    Status resume(const StagedFile& staged);
    Status checkPlace(const StagedFile& staged) const;
    Status resumePublished(const StagedFile& staged);
    Result<std::vector<std::string>> outputThere() const;
    Result<std::vector<std::string>> rolledThere(bool inProgress) const;
    bool isRolledName(const std::string& name, bool inProgress) const;
    Status checkExisting();
    Status checkAppendable();
    Status appendExisting();
    Status removeAbandoned(const std::string& kept);
    Status startFile();
    Status publishClosed(const StagedFile& staged);
    Status publish(const StagedFile& staged);
    Status giveName(const std::string& inProgress, const std::string& final, bool ownsFinal);
    Result<bool> ownsFinal(const StagedFile& staged) const;
    void setPlace(Env& env, const std::string& baseDirectory);
    std::string rolledName(const std::string& tail) const;
    std::string finalNameFor(std::uint64_t firstEpoch) const;
    bool isTimeToRoll() const;
    RecordBatch withoutBroken(const RecordBatch& batch);

    FileSinkOptions m_options;
    FileSystem* m_files = nullptr;
    RefusedRows* m_refused = nullptr;
    const Clock* m_clock = nullptr;
    int m_instance = 0;
    std::unique_ptr<Encoder> m_encoder;
    std::string m_buffer;  // encoded and not yet written
    StagedWriter m_writer;
    std::string m_final;       // of the file being written, where it is known already
    bool m_ownsFinal = false;  // under that name lies what this run published at a stop before
    std::uint64_t m_firstEpoch =
        0;                    // of the file being written or to be begun; 0: not known before prepare()
    MonotonicTime m_begun{};  // the file being written
    std::vector<ClosedFile> m_closed;  // of no decided epoch yet, oldest first
    // Closed by this run, and not under their final names yet: the inodes of the files in progress.
    std::map<std::string, std::uint64_t> m_unnamed;
    std::string m_resumedFrom;
};

}  // namespace engine
