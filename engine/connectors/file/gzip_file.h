#pragma once

#include "base/file_system.h"

#include <memory>
#include <string>

namespace engine {

enum class Compression { Auto, None, Gzip };  // Auto: by what the file begins with

// A file as its bytes are to be read: unpacked where it is compressed.
struct InputFile {
    std::unique_ptr<ReadableFile> file{};
    bool isCompressed = false;
};

Result<InputFile> openInput(FileSystem& files, const std::string& path, Compression compression);

// A gzip file as the bytes in it: all offsets are of these. Going back begins anew at the file's beginning,
// but for a stretch of readAt that is kept, so that looking ahead of where one reads costs one more unpacking
// and no more. Belongs to one source.
class GzipFile final : public ReadableFile {
public:
    GzipFile(std::unique_ptr<ReadableFile> packed, std::string path);
    ~GzipFile() override;
    Result<std::size_t> read(char* into, std::size_t bytesMax) override;
    Result<std::size_t> readAt(std::uint64_t offset, char* into, std::size_t bytesMax) override;
    Result<std::uint64_t> size() const override;  // unpacks all of it
    Status seek(std::uint64_t offset) override;

private:
    class Unpacker;
    std::unique_ptr<ReadableFile> m_packed;
    std::string m_path;
    std::unique_ptr<Unpacker> m_reader, m_ahead;  // of read(); of readAt()
    std::uint64_t m_keptFrom = 0;
    std::string m_kept;  // what m_ahead has unpacked from there on
};

}  // namespace engine
