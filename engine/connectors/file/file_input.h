#pragma once

#include "component/format.h"
#include "component/source.h"
#include "connectors/file/gzip_file.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace engine {

// Where one file is being read: what a resume needs to find the place and to see that it is still the same
// file.
struct FilePlace {
    std::uint64_t offset = 0;
    std::string framer{};
    std::uint64_t headBytes = 0;  // so many bytes at the file's beginning ...
    std::uint32_t headCrc = 0;    // ... have this sum
    std::uint64_t inode = 0;      // of a file that is followed; 0: not noted
};

inline constexpr std::size_t kHeadBytes = 256;

// Fewer where the file ends.
Result<std::string> bytesAt(ReadableFile& file, std::uint64_t offset, std::size_t count);

// `finished`: of files that were read to their end under the same name before.
std::string placeText(const FilePlace& place, const std::deque<FilePlace>& finished = {});
Result<FilePlace> placeFrom(const std::string& text, const std::string& path);
Result<std::deque<FilePlace>> finishedFrom(const std::string& text, const std::string& path);

// Tells the event time of the record at an offset: reads it with the format's own framer and decoder.
class NextRecordTime {
public:
    NextRecordTime(std::unique_ptr<Framer> framer, std::unique_ptr<Decoder> decoder);
    // kNoWatermark when the record has none or cannot be read, kEndOfTime when there is none.
    Result<std::int64_t> at(ReadableFile& file, std::uint64_t offset);

private:
    std::unique_ptr<Framer> m_framer;
    std::unique_ptr<Decoder> m_decoder;
    bool m_prologueDone = false;
    std::uint64_t m_prologueBytes = 0;
};

// One file of a source: opened, put at its place, read in pieces into the engine's buffer. Belongs to its
// source task.
class FileInput {
public:
    FileInput(std::string path, SplitId split, Compression compression)
        : m_path(std::move(path)),
          m_split(split),
          m_compression(compression)
    {
    }
    Status open(FileSystem& files, const std::string& position);
    Status takeAsEnded(const std::string& position);  // instead of open()
    Status read(SourceOutput& into);  // once; isEnded() after the last
    bool isEnded() const { return m_isEnded; }
    bool hasHandedOver() const { return m_input && m_input->handedOver() != m_handedOverBefore; }
    void startChunk()
    {
        m_handedOverBefore = handedOver();
        m_chunkBytesRead = 0;
    }
    std::uint64_t chunkBytesRead() const { return m_chunkBytesRead; }
    std::uint64_t handedOver() const { return m_input ? m_input->handedOver() : m_place.offset; }
    ReadableFile& file() { return *m_file; }
    const std::string& path() const { return m_path; }
    SplitState state() const;

private:
    std::string m_path;
    SplitId m_split;
    Compression m_compression;
    std::unique_ptr<ReadableFile> m_file{};
    ByteInput* m_input = nullptr;
    FilePlace m_place{};
    std::uint64_t m_handedOverBefore = 0, m_chunkBytesRead = 0;
    bool m_isEnded = false;
};

}  // namespace engine
