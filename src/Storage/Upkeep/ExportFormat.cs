using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Commission.Storage.Upkeep;

/// <summary>
/// The export file, version 1: lines of JSON, because whoever finds one in ten years can read it with anything.
/// First <c>header</c>, then a line for each record in the order of <see cref="IStoreSnapshot"/>, last <c>end</c>.
/// Each line ends with the CRC-32C of what is before it on the line; <c>end</c> has the counts, and the SHA-256 of all
/// lines before it. Bytes are in base64. There is nothing in it that is not in the store, so that equal stores give
/// equal files.
/// </summary>
internal sealed record ExportLine
{
    /// <summary>Letters of all scripts stand for themselves.</summary>
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static readonly JsonTypeInfo<ExportLine> Json = ExportJson.Default.ExportLine;

    public ExportHeader? Header { get; init; }

    public StoredEvent? Event { get; init; }

    public StoredEntry? Entry { get; init; }

    public StoredState? State { get; init; }

    public StoredDocument? Document { get; init; }

    public ExportEnd? End { get; init; }
}

/// <summary>What the file is.</summary>
internal sealed record ExportHeader(string Format, int Version)
{
    public static readonly ExportHeader Current = new("commission store", 1);
}

/// <summary>What must have come before.</summary>
internal sealed record ExportEnd(long Events, long Entries, long States, long Documents, string Sha256);

/// <inheritdoc/>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ExportLine))]
internal sealed partial class ExportJson : JsonSerializerContext;
