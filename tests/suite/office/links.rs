//! Secret links: one errand, one person, until they are revoked (R13).

use ronda::domain::access::{Errand, FeedOf, LinkRefused};
use ronda::domain::people::ReaderRole;
use ronda::office::access::links;
use ronda::store;

use crate::story;

story! {
    r13_a_link_opens_by_its_secret_alone_until_it_expires_or_is_revoked at "2026-03-02T09:00:00+01:00", |office| {
        let holder = ReaderRole::Engineer("E-1".into());
        let feed = Errand::Feed { of: FeedOf::Engineer("E-1".into()) };
        let expires = office.office.clock.now() + chrono::TimeDelta::days(2);
        let mut tx = office.office.db.begin().await.unwrap();
        let kept = links::make(&office.office, &mut tx, "feed/E-1", &holder, &feed, None).await.unwrap();
        let again = links::make(&office.office, &mut tx, "feed/E-1", &holder, &feed, None).await.unwrap();
        let brief = links::make(&office.office, &mut tx, "feed/E-1/brief", &holder, &feed, Some(expires)).await.unwrap();
        tx.commit().await.unwrap();

        let link = links::open(&office.office, &kept).await.unwrap().unwrap();
        assert_eq!((link.errand.clone(), link.is_held_by(&holder)), (feed.clone(), true));
        assert_eq!(links::open(&office.office, &again).await.unwrap(), Err(LinkRefused::Unknown), "the key was taken");
        assert_eq!(links::open(&office.office, "").await.unwrap(), Err(LinkRefused::Unknown));

        office.down_until("2026-03-04T09:00");
        assert_eq!(links::open(&office.office, &brief).await.unwrap(), Err(LinkRefused::Expired { at: expires }));
        let mut tx = office.office.db.begin().await.unwrap();
        assert_eq!(store::access::revoke(&mut tx, &holder.key(), &feed, office.office.clock.now()).await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert_eq!(links::open(&office.office, &kept).await.unwrap(), Err(LinkRefused::Revoked));
    }
}
