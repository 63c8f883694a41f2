#include "connectors/file/gzip_file.h"

#include <algorithm>
#include <cstring>
#include <vector>
#include <zlib.h>

namespace engine {

namespace {

constexpr std::string_view kGzipMark = "\x1f\x8b";
constexpr std::size_t kPackedBytes = 64 << 10;
constexpr int kGzipOnly = 15 + 16;  // the greatest window, and a header as gzip writes it

Error damagedGzip(const std::string& path, const std::string& how)
{
    return {ErrorCode::Corrupt, "The compressed file " + path + " " + how + "; unpack it with gzip to see.",
            path};
}

}  // namespace

// Unpacks from the beginning on, member after member.
class GzipFile::Unpacker {
public:
    Unpacker(ReadableFile& packed, const std::string& path)
        : m_packed(packed),
          m_path(path),
          m_bytes(kPackedBytes)
    {
        CHECK(inflateInit2(&m_stream, kGzipOnly) == Z_OK);
    }
    ~Unpacker() { inflateEnd(&m_stream); }
    Unpacker(const Unpacker&) = delete;
    Unpacker& operator=(const Unpacker&) = delete;

    std::uint64_t offset() const { return m_offset; }
    Result<std::size_t> read(char* into, std::size_t bytesMax)
    {
        m_stream.next_out = reinterpret_cast<Bytef*>(into);
        m_stream.avail_out = static_cast<uInt>(std::min<std::size_t>(bytesMax, 1 << 30));
        const uInt room = m_stream.avail_out;
        while (m_stream.avail_out == room && !m_isEnded) {
            if (m_stream.avail_in == 0 && !m_isBetween) TRY(fill());
            TRY(unpack());
        }
        const std::size_t got = room - m_stream.avail_out;
        m_offset += got;
        return got;
    }
    Status skipTo(std::uint64_t offset)
    {
        std::vector<char> scratch(kPackedBytes);
        while (m_offset < offset) {
            auto got = read(scratch.data(), std::min<std::uint64_t>(scratch.size(), offset - m_offset));
            if (!got) return got.error();
            if (*got == 0)
                return Error{ErrorCode::Corrupt,
                             "The file " + m_path + " has become shorter (" + std::to_string(m_offset) +
                                 " bytes unpacked) than what was read of it (" + std::to_string(offset) +
                                 " bytes); put it back, or start again with --fresh.",
                             m_path};
        }
        return ok();
    }

private:
    Status fill()
    {
        auto got = m_packed.readAt(m_packedOffset, m_bytes.data(), m_bytes.size());
        if (!got) return got.error();
        m_packedOffset += *got;
        m_stream.next_in = reinterpret_cast<Bytef*>(m_bytes.data());
        m_stream.avail_in = static_cast<uInt>(*got);
        return ok();
    }
    Status unpack()
    {
        if (m_isBetween) return goOn();
        if (m_stream.avail_in == 0) return damagedGzip(m_path, "ends in the middle");
        const int outcome = inflate(&m_stream, Z_NO_FLUSH);
        if (outcome == Z_STREAM_END)
            m_isBetween = true;
        else if (outcome != Z_OK && outcome != Z_BUF_ERROR)
            return damagedGzip(
                m_path, "is damaged at its byte " + std::to_string(m_packedOffset - m_stream.avail_in));
        return ok();
    }
    // Behind a member: another one, or padding with zeros, or the end.
    Status goOn()
    {
        while (m_stream.avail_in > 0 && *m_stream.next_in == 0) {
            ++m_stream.next_in;
            --m_stream.avail_in;
        }
        if (m_stream.avail_in == 0) {
            TRY(fill());
            m_isEnded = m_stream.avail_in == 0;
            return ok();
        }
        m_isBetween = false;
        CHECK(inflateReset(&m_stream) == Z_OK);
        return ok();
    }

    ReadableFile& m_packed;
    const std::string& m_path;
    std::vector<char> m_bytes;
    z_stream m_stream{};
    std::uint64_t m_packedOffset = 0, m_offset = 0;
    bool m_isBetween = false, m_isEnded = false;
};

GzipFile::GzipFile(std::unique_ptr<ReadableFile> packed, std::string path)
    : m_packed(std::move(packed)),
      m_path(std::move(path)),
      m_reader(std::make_unique<Unpacker>(*m_packed, m_path))
{
}

GzipFile::~GzipFile() = default;

Result<std::size_t> GzipFile::read(char* into, std::size_t bytesMax)
{
    return m_reader->read(into, bytesMax);
}

Status GzipFile::seek(std::uint64_t offset)
{
    if (offset < m_reader->offset()) m_reader = std::make_unique<Unpacker>(*m_packed, m_path);
    return m_reader->skipTo(offset);
}

Result<std::uint64_t> GzipFile::size() const
{
    Unpacker all(*m_packed, m_path);
    std::vector<char> scratch(kPackedBytes);
    while (true) {
        auto got = all.read(scratch.data(), scratch.size());
        if (!got) return got.error();
        if (*got == 0) return all.offset();
    }
}

Result<std::size_t> GzipFile::readAt(std::uint64_t offset, char* into, std::size_t bytesMax)
{
    if (!m_ahead || offset < m_keptFrom) {
        m_ahead = std::make_unique<Unpacker>(*m_packed, m_path);
        m_kept.clear();
        m_keptFrom = 0;
    }
    const std::size_t passed = std::min<std::uint64_t>(offset - m_keptFrom, m_kept.size());
    m_kept.erase(0, passed);
    m_keptFrom += passed;
    while (m_keptFrom + m_kept.size() < offset + bytesMax) {
        const std::size_t before = m_kept.size();
        m_kept.resize(before + kPackedBytes);
        auto got = m_ahead->read(m_kept.data() + before, kPackedBytes);
        m_kept.resize(before + (got ? *got : 0));
        if (!got) return got.error();
        if (*got == 0) break;
        if (m_keptFrom + m_kept.size() <= offset) {
            m_keptFrom += m_kept.size();
            m_kept.clear();
        }
    }
    if (offset >= m_keptFrom + m_kept.size()) return std::size_t{0};
    return m_kept.copy(into, bytesMax, offset - m_keptFrom);
}

Result<InputFile> openInput(FileSystem& files, const std::string& path, Compression compression)
{
    auto opened = files.openToRead(path);
    if (!opened) return opened.error();
    InputFile input{std::move(*opened), compression == Compression::Gzip};
    if (compression == Compression::Auto) {
        char mark[2] = {};
        auto got = input.file->readAt(0, mark, sizeof mark);
        if (!got) return got.error();
        input.isCompressed = std::string_view(mark, *got) == kGzipMark;
    }
    if (input.isCompressed) input.file = std::make_unique<GzipFile>(std::move(input.file), path);
    return input;
}

}  // namespace engine
