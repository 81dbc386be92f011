namespace Commission.Engine;

/// <summary>Puts many credits in order.</summary>
internal static class PlaceOrder
{
    /// <summary>The items in order of their places. By day first, as numbers: few have to be compared by their ids.
    /// </summary>
    /// <param name="items">In any order.</param>
    /// <param name="placeOf">An item's place, which no other has.</param>
    public static IReadOnlyList<T> Of<T>(List<T> items, Func<T, Place> placeOf)
    {
        var order = new long[items.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = ((long)placeOf(items[i]).Day << 32) | (uint)i;
        }

        Array.Sort(order);
        var byDeal = Comparer<long>.Create((left, right) => string.CompareOrdinal(
            placeOf(items[IndexOf(left)]).Deal, placeOf(items[IndexOf(right)]).Deal));
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = EndOfDay(order, start);
            Array.Sort(order, start, end - start, byDeal);
        }

        return Array.ConvertAll(order, item => items[IndexOf(item)]);
    }

    private static int IndexOf(long item) => unchecked((int)item);

    private static int EndOfDay(long[] order, int start)
    {
        var end = start + 1;
        while (end < order.Length && order[end] >> 32 == order[start] >> 32)
        {
            end++;
        }

        return end;
    }
}
