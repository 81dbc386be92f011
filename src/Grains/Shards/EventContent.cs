using System.Security.Cryptography;
using Commission.Contracts.V1;
using Google.Protobuf.Collections;

namespace Commission.Grains.Shards;

/// <summary>
/// The hash by which two events are told to be the same: over a canonical form of our own, so that it depends on no
/// serializer and on no order of a map's entries.
/// </summary>
internal static class EventContent
{
    private const int Usual = 1024;

    /// <summary>32 bytes that are equal exactly when two events say the same.</summary>
    public static byte[] Hash(RecordRequest request)
    {
        using var form = new CanonicalForm(stackalloc byte[Usual]);
        var deal = request.Deal;
        form.Add(request.Version);
        form.Add(deal.Deal_);
        form.Add(deal.Credited);
        form.Add((long)deal.Status);
        form.Add(deal.Amount);
        form.Add(deal.Margin);
        form.Add(deal.Quantity);
        form.Add(deal.Probability);
        form.Add(deal.Owners.Count);
        foreach (var owner in deal.Owners)
        {
            form.Add(owner.Rep);
            form.Add(owner.Share);
        }

        form.Add(deal.Fields.Count);
        foreach (var name in Sorted(deal.Fields))
        {
            form.Add(name);
            form.Add(deal.Fields[name]);
        }

        return SHA256.HashData(form.Written);
    }

    private static string[] Sorted(MapField<string, string> fields)
    {
        var names = new string[fields.Count];
        var count = 0;
        foreach (var (name, _) in fields)
        {
            names[count++] = name;
        }

        names.AsSpan().Sort(string.CompareOrdinal);
        return names;
    }
}
