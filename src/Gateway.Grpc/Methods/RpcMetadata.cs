using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Commission.Gateway.Grpc;

/// <summary>
/// Metadata that a handler sends: lower-case names with text values, or, for names that end in `-bin`, bytes (kept
/// here in their base64 form). A name may occur several times; order is kept.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "Metadata is what gRPC calls it.")]
public sealed class RpcMetadata : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _entries = [];

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds a text entry.</summary>
    /// <exception cref="ArgumentException">
    /// The name is empty, reserved (`grpc-…`, `:…`), ends in `-bin` or has characters other than a-z 0-9 - _ .; or the
    /// value has characters outside printable ASCII.
    /// </exception>
    public void Add(string name, string value)
    {
        CheckName(name, binary: false);
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ArgumentException($"Metadata {name} must be printable ASCII; use a -bin name.", nameof(value));
        }

        _entries.Add(new(name, value));
    }

    /// <summary>Adds bytes under a name that ends in `-bin`.</summary>
    /// <exception cref="ArgumentException">The name is not a valid name, or doesn't end in `-bin`.</exception>
    public void Add(string name, ReadOnlySpan<byte> value)
    {
        CheckName(name, binary: true);
        _entries.Add(new(name, Convert.ToBase64String(value)));
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static void CheckName(string name, bool binary)
    {
        var valid = name.Length > 0
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.')
            && !name.StartsWith("grpc-", StringComparison.Ordinal);
        if (!valid || name.EndsWith("-bin", StringComparison.Ordinal) != binary)
        {
            throw new ArgumentException($"'{name}' is not a valid name for this metadata.", nameof(name));
        }
    }
}
