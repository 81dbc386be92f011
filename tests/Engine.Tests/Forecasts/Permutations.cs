namespace Commission.Engine.Tests.Forecasts;

/// <summary>Plain enumerations to check clever ones against.</summary>
internal static class Permutations
{
    public static IEnumerable<T[]> Of<T>(IReadOnlyList<T> items)
    {
        if (items.Count == 0)
        {
            yield return [];
        }

        for (var i = 0; i < items.Count; i++)
        {
            foreach (var rest in Of(items.Where((_, other) => other != i).ToList()))
            {
                yield return [items[i], .. rest];
            }
        }
    }

    public static IEnumerable<T[]> Subsets<T>(IReadOnlyList<T> items) =>
        Enumerable.Range(0, 1 << items.Count)
            .Select(set => items.Where((_, i) => (set & (1 << i)) != 0).ToArray());
}
