using System.Globalization;
using System.Text;

namespace Commission.Storage.Upkeep;

/// <summary>The end of a line: <c>,"crc32c":"0123abcd"}</c>, over the bytes before it.</summary>
internal static class ExportChecksum
{
    /// <summary>How long the end of a line is, without the line feed.</summary>
    public const int Length = 21;

    /// <summary>The end for a line that begins so.</summary>
    public static byte[] EndOf(ReadOnlySpan<byte> beginning)
    {
        var checksum = RecordChecksum.Start();
        checksum.AddPlain(beginning);
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $",\"crc32c\":\"{checksum.Value:x8}\"}}"));
    }

    /// <summary>Whether a line ends as it must.</summary>
    public static bool IsRight(ReadOnlySpan<byte> line) =>
        line.Length > Length && line[^Length..].SequenceEqual(EndOf(line[..^Length]));
}
