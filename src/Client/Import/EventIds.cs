using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Commission.Contracts.V1;

namespace Commission.Client.Import;

/// <summary>
/// Names events so that the same content from the same source always has the same id: repeating an import repeats
/// events, which the server knows and leaves alone; a changed deal is a new event.
/// </summary>
public static class EventIds
{
    private const int DealLengthMax = 100;
    private const int HashBytes = 12;

    /// <summary>`source:deal:hash`; at most 200 characters: a long deal id is cut, the hash covers all of it.</summary>
    /// <param name="source">The mapping's source.</param>
    /// <param name="request">The event; its own id is not looked at.</param>
    public static string Of(string source, RecordRequest request)
    {
        var id = request.Deal.Deal_;
        var shown = id.Length <= DealLengthMax ? id : id[..DealLengthMax];
        return $"{source}:{shown}:{Convert.ToHexStringLower(Hash(request).AsSpan(0, HashBytes))}";
    }

    // An explicit canonical form: each text with its length before it, fields in ordinal order of their names.
    private static byte[] Hash(RecordRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in Canonical(request))
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }

    private static IEnumerable<string> Canonical(RecordRequest request)
    {
        var deal = request.Deal;
        return new[]
        {
            "1", request.Version.ToString(CultureInfo.InvariantCulture), deal.Deal_, deal.Credited,
            ((int)deal.Status).ToString(CultureInfo.InvariantCulture), Text(deal.Amount), Text(deal.Margin),
            deal.Quantity, deal.Probability, deal.Owners.Count.ToString(CultureInfo.InvariantCulture),
        }
        .Concat(deal.Owners.SelectMany(owner => new[] { owner.Rep, owner.Share }))
        .Concat(deal.Fields.OrderBy(field => field.Key, StringComparer.Ordinal)
            .SelectMany(field => new[] { field.Key, field.Value }));
    }

    private static string Text(Money? money) => money is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{money.Currency} {money.Units} {money.Nanos}");
}
