using Commission.Client.Text;
using Commission.Contracts.V1;

namespace Commission.Client.Import;

/// <summary>Reads who sold a deal.</summary>
internal static class OwnerReader
{
    public static void Read(Mapping mapping, RowValues values, Deal deal)
    {
        var before = values.Refusals.Count;
        foreach (var owner in mapping.Owners)
        {
            if (owner.Split is { } split)
            {
                AddSplit(owner, values.Words(split, "deal.owners"), deal);
            }
            else
            {
                Add(values.Words(owner.Rep, "deal.owners"), values.Words(owner.Share, "deal.owners"), deal);
            }
        }

        if (values.Refusals.Count == before)
        {
            Check(values, deal);
        }
    }

    private static void AddSplit(OwnerMapping owner, string text, Deal deal)
    {
        foreach (var part in text.Split(owner.Separator, StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.LastIndexOf(owner.ShareSeparator, StringComparison.Ordinal);
            var (rep, share) = at < 0 ? (part, "") : (part[..at], part[(at + owner.ShareSeparator.Length)..]);
            Add(rep.Trim(), share.Trim(), deal);
        }
    }

    private static void Add(string rep, string share, Deal deal)
    {
        if (rep.Length > 0)
        {
            deal.Owners.Add(new DealOwner { Rep = rep, Share = share });
        }
    }

    private static void Check(RowValues values, Deal deal)
    {
        if (deal.Owners.Count == 0)
        {
            values.Refuse("deal.owners", "The deal has no owner: the columns are empty.");
        }

        for (var i = 0; i < deal.Owners.Count; i++)
        {
            var share = deal.Owners[i].Share;
            if (share.Length == 0 ? deal.Owners.Count > 1 : !Decimals.TryParseShare(share, out _))
            {
                values.Refuse($"deal.owners[{i}].share", share.Length == 0
                    ? "A deal with several owners needs a share for each."
                    : $"'{share}' is no share such as 50% or 0.5.");
            }
        }
    }
}
